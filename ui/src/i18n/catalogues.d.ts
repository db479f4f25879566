declare module "catalogue:*" {
  type Messages = Record<string, import("@formatjs/icu-messageformat-parser").MessageFormatElement[]>;
  const loaders: Record<import("../../scripts/catalogue-parts").Part, () => Promise<{ default: Messages }>>;
  export default loaders;
}
