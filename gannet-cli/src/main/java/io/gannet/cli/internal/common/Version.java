package io.gannet.cli.internal.common;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/** Provides the text that {@code --version} prints. */
public final class Version implements IVersionProvider {

  /** Creates the provider. */
  public Version() {}

  @Override
  public String[] getVersion() throws IOException {
    Properties properties = new Properties();
    try (@Nullable InputStream in = Version.class.getResourceAsStream("version.properties")) {
      if (in != null) {
        properties.load(in);
      }
    }
    return new String[] {
      "gannet %s (Java %s, %s)"
          .formatted(
              properties.getProperty("version", "unknown"),
              Runtime.version(),
              System.getProperty("os.name"))
    };
  }
}
