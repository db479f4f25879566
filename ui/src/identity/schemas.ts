import * as z from "zod/mini";
import type { Translate } from "@/i18n";

/** The rules of the contract, in the words of the reader. */
export function rules(t: Translate) {
  return {
    email: z
      .string()
      .check(z.trim(), z.minLength(1, t("form.required")), z.regex(/^[^\s@]+@[^\s@]+$/, t("form.email"))),
    name: z
      .string()
      .check(z.trim(), z.minLength(1, t("form.required")), z.maxLength(200, t("form.too_long", { most: 200 }))),
    newPassword: z
      .string()
      .check(z.minLength(8, t("form.password_short")), z.maxLength(256, t("form.too_long", { most: 256 }))),
    required: z.string().check(z.minLength(1, t("form.required"))),
  };
}
