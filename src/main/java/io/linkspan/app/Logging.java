package io.linkspan.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;

/**
 * Lines for a person at a terminal, JSON for everything else. Written in Java because reading the
 * same from XML takes a tenth of a start; a file that {@code -Dlogback.configurationFile} names
 * goes before it.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class Logging extends ContextAwareBase implements Configurator {
  private static final String FORM = "linkspan.log";

  /** Libraries that tell more than an operator wants to know. */
  private static final List<String> CHATTY =
      List.of(
          "com.zaxxer.hikari",
          "org.flywaydb",
          "org.eclipse.jetty",
          "io.javalin",
          "com.github.kagkarlsson",
          "org.apache.hc");

  /** For Logback, which finds it among the services of the program. */
  public Logging() {}

  /** Must run before the first logger is made. */
  static void choose(Map<String, String> environment) {
    if (System.getProperty("logback.configurationFile") == null) {
      boolean person = System.console() != null && !"dumb".equals(environment.get("TERM"));
      System.setProperty(FORM, person ? "lines" : "json");
    }
  }

  @Override
  public ExecutionStatus configure(LoggerContext logback) {
    String form = System.getProperty(FORM);
    if (form == null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    var encoder = form.equals("lines") ? lines(logback) : json();
    encoder.setContext(logback);
    encoder.start();
    var console = new ConsoleAppender<ILoggingEvent>();
    console.setContext(logback);
    console.setName("STDERR");
    console.setTarget("System.err");
    console.setEncoder(encoder);
    console.start();
    var root = logback.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(console);
    CHATTY.forEach(name -> logback.getLogger(name).setLevel(Level.WARN));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static Encoder<ILoggingEvent> lines(LoggerContext logback) {
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(logback);
    encoder.setPattern("%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg%n");
    return encoder;
  }

  private static Encoder<ILoggingEvent> json() {
    var encoder = new JsonEncoder();
    encoder.setWithFormattedMessage(true);
    encoder.setWithMessage(false);
    encoder.setWithArguments(false);
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithContext(false);
    return encoder;
  }
}
