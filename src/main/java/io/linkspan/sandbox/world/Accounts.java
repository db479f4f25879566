package io.linkspan.sandbox.world;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** Everybody who has an account. */
public final class Accounts {
  private final Map<String, Account> accounts = new ConcurrentSkipListMap<>();

  /**
   * @return false if there is one with that id or address already
   */
  public synchronized boolean add(Account account) {
    boolean taken =
        accounts.containsKey(account.id())
            || all(account.vendor()).stream().anyMatch(a -> a.email().equals(account.email()));
    if (!taken) {
      accounts.put(account.id(), account);
    }
    return !taken;
  }

  public Optional<Account> find(String id) {
    return Optional.ofNullable(accounts.get(id));
  }

  public List<Account> all() {
    return List.copyOf(accounts.values());
  }

  public List<Account> all(Vendor vendor) {
    return all().stream().filter(account -> account.vendor() == vendor).toList();
  }
}
