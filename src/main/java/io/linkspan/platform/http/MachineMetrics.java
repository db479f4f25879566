package io.linkspan.platform.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Measures the machine and the JVM, from the first time that somebody asks: no start waits. */
final class MachineMetrics {
  private final MeterRegistry registry;
  private final AtomicBoolean bound = new AtomicBoolean();

  MachineMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void bindOnce() {
    if (bound.compareAndSet(false, true)) {
      List.of(
              new JvmMemoryMetrics(),
              new JvmThreadMetrics(),
              new ClassLoaderMetrics(),
              new ProcessorMetrics(),
              new FileDescriptorMetrics(),
              new UptimeMetrics())
          .forEach(metrics -> metrics.bindTo(registry));
    }
  }
}
