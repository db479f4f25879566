/** The zones that this browser knows, with UTC, which lists leave out. */
export const zones: readonly string[] = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];

/** `GMT+1` and the like, as it is now. */
export function offsetOf(zone: string): string {
  const part = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" })
    .formatToParts(Date.now())
    .find((each) => each.type === "timeZoneName");
  return part?.value ?? "";
}
