type Element = { type: number; value?: unknown; options?: Record<string, { value: Element[] }>; children?: Element[] };

const accents: Record<string, string> = Object.fromEntries(
  [..."aceinouyACEINOUY"].map((plain, at) => [plain, [..."àçéîñôûýÀÇÉÎÑÔÛÝ"][at] as string]),
);

/** Accents and two fifths more length: what stays plain was not in a catalogue, what breaks was too tight. */
export function lengthened(text: string): string {
  const accented = [...text].map((letter) => accents[letter] ?? letter).join("");
  const letters = text.replace(/[^\p{L}]/gu, "").length;
  return letters < 3 ? accented : accented + "~".repeat(Math.ceil(letters * 0.4));
}

function deepened(elements: Element[]): Element[] {
  return elements.map((element) => {
    if (element.type === 0) return { ...element, value: lengthened(element.value as string) };
    const options =
      element.options &&
      Object.fromEntries(
        Object.entries(element.options).map(([key, option]) => [key, { ...option, value: deepened(option.value) }]),
      );
    const children = element.children && deepened(element.children);
    return { ...element, ...(options && { options }), ...(children && { children }) };
  });
}

/** Every message of the English catalogue, lengthened and accented; in brackets, so that a cut shows. */
export function pseudo(messages: Record<string, unknown>): Record<string, never> {
  return Object.fromEntries(
    Object.entries(messages).map(([id, message]) => [
      id,
      Array.isArray(message)
        ? [{ type: 0, value: "[" }, ...deepened(message as Element[]), { type: 0, value: "]" }]
        : message,
    ]),
  ) as Record<string, never>;
}
