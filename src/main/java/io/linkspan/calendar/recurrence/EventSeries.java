package io.linkspan.calendar.recurrence;

/** Placeholder replaced by the recurrence part before anything uses it. */
public record EventSeries(String uid) {}
