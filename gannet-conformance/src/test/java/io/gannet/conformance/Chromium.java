package io.gannet.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A headless browser. */
final class Chromium {

  /** The log of the browser. */
  static final Path LOG = Path.of("target", "interop", "chromium.log").toAbsolutePath();

  private Chromium() {}

  /**
   * Opens a page.
   *
   * @param url the page
   * @param profile an empty directory for its data
   * @param trustedKey the hash of a public key whose certificates the browser trusts
   */
  static Process open(String url, Path profile, String trustedKey) throws IOException {
    Files.createDirectories(LOG.getParent());
    List<String> command = new ArrayList<>();
    command.add(
        Programs.find(
            "install a browser, on Debian with \"apt-get install chromium\"",
            "chromium",
            "chromium-headless-shell",
            "google-chrome",
            "chrome"));
    command.addAll(
        List.of(
            "--headless",
            "--enable-logging=stderr", // with what pages write to their console
            "--no-sandbox", // or root can't start it
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--user-data-dir=" + profile,
            "--ignore-certificate-errors-spki-list=" + trustedKey,
            "--remote-debugging-port=0", // or it would end once the page is loaded
            url));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(LOG.toFile())
        .start();
  }
}
