package io.linkspan.platform.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.linkspan.platform.egress.Exchange.Reason;
import io.linkspan.platform.egress.OutboundRequest.Trust;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PerHostLimiterTest {
  private static final int MOST = 4;

  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
  private final PerHostLimiter limiter = new PerHostLimiter(MOST);
  // a host is forgotten without them
  private final List<PerHostLimiter.Permit> permits = new ArrayList<>();
  private WebAddress host;

  @BeforeEach
  void address() throws BadAddress {
    host = WebAddress.of(URI.create("https://hooks.example/"), Trust.USER);
  }

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  @Test
  void thoseThatMayNotAnswerHaveHalfOfAHostsPlacesAndTheRestIsForOthers() throws Failure {
    permit(false);
    permit(false);
    assertFull(false);

    permit(true);
    permit(true);
    assertFull(true);
  }

  @Test
  void theirPartIsOfTheLimitAndNotBesideIt() throws Failure {
    for (int i = 0; i < MOST; i++) {
      permit(true);
    }
    assertFull(false);
    assertFull(true);
  }

  @Test
  void whoWaitedInVainForAPlaceHoldsNothing() throws Failure {
    permit(false);
    var last = permit(true);
    permit(true);
    permit(true);
    assertFull(false);
    assertFull(false);
    last.close();
    permit(false);
  }

  @Test
  void whatEndsGivesBackAllThatItHad() throws Failure {
    for (int i = 0; i < 2 * MOST; i++) {
      permit(false).close();
      permit(true).close();
    }
    thoseThatMayNotAnswerHaveHalfOfAHostsPlacesAndTheRestIsForOthers();
  }

  private void assertFull(boolean responsive) {
    assertThatThrownBy(() -> permit(responsive))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.reason()).isEqualTo(Reason.NOT_BEGUN));
  }

  /** At once or not at all. */
  private PerHostLimiter.Permit permit(boolean responsive) throws Failure {
    try (var passed = Deadline.in(Duration.ofNanos(1), timer)) {
      var permit = limiter.await(host, responsive, passed);
      permits.add(permit);
      return permit;
    }
  }
}
