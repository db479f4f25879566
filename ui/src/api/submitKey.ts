import { useRef } from "react";

/** 128 random bits; `crypto.randomUUID` is missing where the page does not come over https. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Keys for the submits of one form. The same content tried again has the same key, so that what was done although no
 * answer came is not done twice; other content, or the next submit after a success, has a new one.
 */
export function useSubmitKey(): { keyFor: (content: unknown) => string; done: () => void } {
  const last = useRef<{ content: string; key: string } | null>(null);
  return {
    keyFor: (content) => {
      const text = JSON.stringify(content);
      if (last.current?.content !== text) last.current = { content: text, key: newKey() };
      return last.current.key;
    },
    done: () => {
      last.current = null;
    },
  };
}
