package io.linkspan.platform.egress;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;

/** Certificates made with keytool, and what trusts them. */
public final class TestTls {
  private static final String PASSWORD = "changeit";

  private final Path store;

  private TestTls(Path store) {
    this.store = store;
  }

  /** An SSL context that trusts what Java trusts. */
  public static SSLContext none() {
    try {
      return SSLContext.getDefault();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A certificate signed by an authority that lives in {@code directory}.
   *
   * @param name as keytool's SAN extension takes it, such as {@code dns:localhost}
   * @param more options of {@code keytool -genkeypair}
   */
  public static TestTls issued(Path directory, String name, String... more)
      throws IOException, InterruptedException {
    Path authority = directory.resolve("authority.p12");
    if (Files.notExists(authority)) {
      keytool(authority, "authority", "-ext", "bc:c", "-validity", "100");
    }
    Path store = Files.createTempFile(directory, "server", ".p12");
    Files.copy(authority, store, StandardCopyOption.REPLACE_EXISTING);
    var options = new ArrayList<>(List.of("-signer", "authority", "-ext", "san=" + name));
    options.addAll(List.of(more));
    keytool(store, "server", options.toArray(String[]::new));
    return new TestTls(store);
  }

  private static void keytool(Path store, String alias, String... more)
      throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + alias,
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD));
    command.addAll(List.of(more));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (keytool.waitFor() != 0) {
      throw new IllegalStateException(output);
    }
  }

  /** Trusts the authority alone. */
  public SSLContext trusting() throws GeneralSecurityException, IOException {
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    var anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    anchors.setCertificateEntry("authority", load().getCertificate("authority"));
    trust.init(anchors);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  public SSLServerSocket listen(String... protocols) throws GeneralSecurityException, IOException {
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    var own = load();
    own.deleteEntry("authority");
    keys.init(own, PASSWORD.toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    var socket =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    if (protocols.length > 0) {
      socket.setEnabledProtocols(protocols);
    }
    return socket;
  }

  private KeyStore load() throws GeneralSecurityException, IOException {
    var keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }
}
