package io.gannet.discovery.testkit;

/** A registry's servers, as seen by somebody who doesn't use this library. */
public interface RegistryUnderTest {

  /**
   * Where to connect.
   *
   * @param root a name for what one test writes
   * @return the URI
   */
  String uri(String root);

  /**
   * Writes an entry that stays.
   *
   * @param root the name
   * @param service the service's part of the key
   * @param name the instance's part of the key
   * @param value what to write
   * @throws Exception if that fails
   */
  void write(String root, String service, String name, byte[] value) throws Exception;

  /**
   * Reads an entry.
   *
   * @param root the name
   * @param service the service's part of the key
   * @param name the instance's part of the key
   * @return its value; empty if it isn't there
   * @throws Exception if that fails
   */
  byte[] read(String root, String service, String name) throws Exception;

  /**
   * Removes an entry, whoever has written it.
   *
   * @param root the name
   * @param service the service's part of the key
   * @param name the instance's part of the key
   * @throws Exception if that fails
   */
  void remove(String root, String service, String name) throws Exception;
}
