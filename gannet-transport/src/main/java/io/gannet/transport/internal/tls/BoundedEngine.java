package io.gannet.transport.internal.tls;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BiFunction;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's engine with limits on the work that a peer can cause: records without data, which are
 * alerts, empty records, fragments of handshakes and key changes; and renegotiation. OpenSSL's
 * engine (BoringSSL) has its own limits.
 */
final class BoundedEngine extends SSLEngine {

  /**
   * The maximum number of records in a handshake: two messages of 32 KiB in the smallest fragments
   * of RFC 6066.
   */
  static final int HANDSHAKE_RECORDS = 256;

  /** The maximum number of records without data after the handshake. */
  static final int IDLE_RECORDS = 32;

  /** The number of records with data that allow one more without data. */
  private static final int RECORDS_PER_IDLE = 1024;

  private final SSLEngine engine;
  private boolean established;
  private boolean refused;
  private int allowed = HANDSHAKE_RECORDS;
  private int productive;

  BoundedEngine(SSLEngine engine) {
    super(engine.getPeerHost(), engine.getPeerPort());
    this.engine = engine;
  }

  private SSLEngineResult judge(SSLEngineResult result) throws SSLException {
    if (!established && result.getHandshakeStatus() == HandshakeStatus.FINISHED) {
      established = true;
      allowed = IDLE_RECORDS;
    }
    if (result.bytesConsumed() == 0) {
      return result;
    }
    if (result.bytesProduced() > 0) {
      productive();
      return result;
    }
    if (established && beginsHandshake(result)) {
      throw refuse("the peer requested a renegotiation, which is refused");
    }
    if (--allowed < 0) {
      throw refuse(
          established
              ? "the peer sends TLS records without data: more than %d".formatted(IDLE_RECORDS)
              : "the handshake has more than %d records".formatted(HANDSHAKE_RECORDS));
    }
    return result;
  }

  private void productive() {
    if (++productive >= RECORDS_PER_IDLE) {
      productive = 0;
      allowed = Math.min(allowed + 1, IDLE_RECORDS);
    }
  }

  /**
   * {@return whether a record starts a renegotiation} TLS 1.3 has none: a similar record is a key
   * change or a ticket.
   */
  private boolean beginsHandshake(SSLEngineResult result) {
    return result.getStatus() != SSLEngineResult.Status.CLOSED
        && result.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING
        && result.getHandshakeStatus() != HandshakeStatus.FINISHED
        && !engine.getSession().getProtocol().equals("TLSv1.3");
  }

  private SSLException refuse(String why) {
    refused = true;
    engine.closeOutbound();
    return new SSLException(why);
  }

  @Override
  public SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer target)
      throws SSLException {
    SSLEngineResult result = engine.wrap(sources, offset, length, target);
    if (!established && result.getHandshakeStatus() == HandshakeStatus.FINISHED) {
      established = true;
      allowed = IDLE_RECORDS;
    }
    return result;
  }

  @Override
  public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length)
      throws SSLException {
    return judge(engine.unwrap(source, targets, offset, length));
  }

  @Override
  public @Nullable Runnable getDelegatedTask() {
    return refused ? null : engine.getDelegatedTask(); // refused: don't continue
  }

  @Override
  public HandshakeStatus getHandshakeStatus() {
    if (!refused) {
      return engine.getHandshakeStatus();
    }
    return engine.isOutboundDone() ? HandshakeStatus.NOT_HANDSHAKING : HandshakeStatus.NEED_WRAP;
  }

  // ---------------------------------------------------------------- as it is

  @Override
  public void closeInbound() throws SSLException {
    engine.closeInbound();
  }

  @Override
  public boolean isInboundDone() {
    return engine.isInboundDone();
  }

  @Override
  public void closeOutbound() {
    engine.closeOutbound();
  }

  @Override
  public boolean isOutboundDone() {
    return engine.isOutboundDone();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return engine.getSupportedCipherSuites();
  }

  @Override
  public String[] getEnabledCipherSuites() {
    return engine.getEnabledCipherSuites();
  }

  @Override
  public void setEnabledCipherSuites(String[] suites) {
    engine.setEnabledCipherSuites(suites);
  }

  @Override
  public String[] getSupportedProtocols() {
    return engine.getSupportedProtocols();
  }

  @Override
  public String[] getEnabledProtocols() {
    return engine.getEnabledProtocols();
  }

  @Override
  public void setEnabledProtocols(String[] protocols) {
    engine.setEnabledProtocols(protocols);
  }

  @Override
  public SSLSession getSession() {
    return engine.getSession();
  }

  @Override
  public @Nullable SSLSession getHandshakeSession() {
    return engine.getHandshakeSession();
  }

  @Override
  public void beginHandshake() throws SSLException {
    engine.beginHandshake();
  }

  @Override
  public void setUseClientMode(boolean mode) {
    engine.setUseClientMode(mode);
  }

  @Override
  public boolean getUseClientMode() {
    return engine.getUseClientMode();
  }

  @Override
  public void setNeedClientAuth(boolean need) {
    engine.setNeedClientAuth(need);
  }

  @Override
  public boolean getNeedClientAuth() {
    return engine.getNeedClientAuth();
  }

  @Override
  public void setWantClientAuth(boolean want) {
    engine.setWantClientAuth(want);
  }

  @Override
  public boolean getWantClientAuth() {
    return engine.getWantClientAuth();
  }

  @Override
  public void setEnableSessionCreation(boolean flag) {
    engine.setEnableSessionCreation(flag);
  }

  @Override
  public boolean getEnableSessionCreation() {
    return engine.getEnableSessionCreation();
  }

  @Override
  public SSLParameters getSSLParameters() {
    return engine.getSSLParameters();
  }

  @Override
  public void setSSLParameters(SSLParameters parameters) {
    engine.setSSLParameters(parameters);
  }

  @Override
  public @Nullable String getApplicationProtocol() {
    return engine.getApplicationProtocol();
  }

  @Override
  public @Nullable String getHandshakeApplicationProtocol() {
    return engine.getHandshakeApplicationProtocol();
  }

  @Override
  public void setHandshakeApplicationProtocolSelector(
      BiFunction<SSLEngine, List<String>, String> selector) {
    engine.setHandshakeApplicationProtocolSelector(selector);
  }

  @Override
  public @Nullable BiFunction<SSLEngine, List<String>, String>
      getHandshakeApplicationProtocolSelector() {
    return engine.getHandshakeApplicationProtocolSelector();
  }
}
