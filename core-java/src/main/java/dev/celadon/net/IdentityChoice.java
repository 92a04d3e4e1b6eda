package dev.celadon.net;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Chooses which of several identities to show. A server shows the one for the name that the client
 * asks for; a client the one whose signer the server accepts.
 *
 * <p>Immutable.
 */
final class IdentityChoice extends X509ExtendedKeyManager {

  /** Subject alternative names of this type are host names. */
  private static final int DNS_NAME = 2;

  private final List<TlsIdentity> identities;
  private final List<Set<String>> names;

  IdentityChoice(List<TlsIdentity> identities) {
    this.identities = identities;
    this.names = identities.stream().map(IdentityChoice::namesOf).toList();
  }

  private static Set<String> namesOf(TlsIdentity identity) {
    try {
      Collection<List<?>> all = identity.chain().getFirst().getSubjectAlternativeNames();
      return all == null
          ? Set.of()
          : all.stream()
              .filter(name -> name.getFirst().equals(DNS_NAME))
              .map(name -> name.get(1).toString().toLowerCase(Locale.ROOT))
              .collect(Collectors.toUnmodifiableSet());
    } catch (CertificateParsingException e) {
      throw new IllegalArgumentException("the names of " + identity + " cannot be read", e);
    }
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String kind, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    for (int index : candidates(requestedNames(engine))) {
      if (identities.get(index).key().getAlgorithm().equals(kind)) {
        return String.valueOf(index);
      }
    }
    return null;
  }

  private static List<String> requestedNames(@Nullable SSLEngine engine) {
    List<String> requested = new ArrayList<>();
    if (engine != null && engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
      for (SNIServerName name : session.getRequestedServerNames()) {
        if (name instanceof SNIHostName host) {
          requested.add(host.getAsciiName().toLowerCase(Locale.ROOT));
        }
      }
    }
    return requested;
  }

  /** The identities for a name; without one, the first, and the others that have its names. */
  private List<Integer> candidates(List<String> requested) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < identities.size(); i++) {
      Set<String> certified = names.get(i);
      if (requested.stream().anyMatch(name -> covers(certified, name))) {
        found.add(i);
      }
    }
    if (found.isEmpty()) {
      for (int i = 0; i < identities.size(); i++) {
        if (names.get(i).equals(names.getFirst())) {
          found.add(i);
        }
      }
    }
    return found;
  }

  /** A wildcard stands for one label, the first. */
  private static boolean covers(Set<String> certified, String name) {
    int dot = name.indexOf('.');
    return certified.contains(name) || (dot > 0 && certified.contains("*" + name.substring(dot)));
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] kinds, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    for (String kind : kinds) {
      String[] aliases = aliases(kind, issuers);
      if (aliases != null) {
        return aliases[0];
      }
    }
    return null;
  }

  private String @Nullable [] aliases(String kind, Principal @Nullable [] issuers) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < identities.size(); i++) {
      TlsIdentity identity = identities.get(i);
      if (identity.key().getAlgorithm().equals(kind) && isSignedBy(identity, issuers)) {
        found.add(String.valueOf(i));
      }
    }
    return found.isEmpty() ? null : found.toArray(String[]::new);
  }

  private static boolean isSignedBy(TlsIdentity identity, Principal @Nullable [] issuers) {
    if (issuers == null || issuers.length == 0) {
      return true;
    }
    List<Principal> accepted = List.of(issuers);
    return identity.chain().stream()
        .anyMatch(certificate -> accepted.contains(certificate.getIssuerX500Principal()));
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return identities.get(Integer.parseInt(alias)).key();
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return identities.get(Integer.parseInt(alias)).chain().toArray(X509Certificate[]::new);
  }

  @Override
  public String @Nullable [] getServerAliases(String kind, Principal @Nullable [] issuers) {
    return aliases(kind, issuers);
  }

  @Override
  public String @Nullable [] getClientAliases(String kind, Principal @Nullable [] issuers) {
    return aliases(kind, issuers);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String kind, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return chooseEngineServerAlias(kind, issuers, null);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] kinds, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return chooseEngineClientAlias(kinds, issuers, null);
  }
}
