package io.gannet.discovery.testkit;

/** The servers of a registry, as seen by a client other than Gannet. */
public interface RegistryUnderTest {

  /**
   * Returns the URI to connect to.
   *
   * @param root the root of one test
   * @return the URI
   */
  String uri(String root);

  /**
   * Writes a permanent entry.
   *
   * @param root the root
   * @param service the service's part of the key
   * @param name the instance's part of the key
   * @param value the value
   * @throws Exception if writing fails
   */
  void write(String root, String service, String name, byte[] value) throws Exception;

  /**
   * Reads an entry.
   *
   * @param root the root
   * @param service the service's part of the key
   * @param name the instance's part of the key
   * @return the value; empty if the entry doesn't exist
   * @throws Exception if reading fails
   */
  byte[] read(String root, String service, String name) throws Exception;

  /**
   * Removes an entry of any client.
   *
   * @param root the root
   * @param service the service's part of the key
   * @param name the instance's part of the key
   * @throws Exception if removing fails
   */
  void remove(String root, String service, String name) throws Exception;
}
