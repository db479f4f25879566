import AxeBuilder from "@axe-core/playwright";
import { expect, type Locator, type Page } from "@playwright/test";

const most = 160;

/** Someone who has a keyboard and nothing else: what Tab does not reach, they cannot use. */
export class Person {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async reach(what: Locator) {
    await expect(what).toBeVisible();
    for (let presses = 0; presses < most; presses++) {
      if (await what.evaluate((element) => element === document.activeElement)) return;
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`Tab does not reach ${what}`);
  }

  async press(what: Locator, key = "Enter") {
    await this.reach(what);
    await this.page.keyboard.press(key);
  }

  async button(name: string | RegExp) {
    await this.press(this.page.getByRole("button", { name, exact: typeof name === "string" }).first());
  }

  async follow(name: string | RegExp) {
    await this.press(
      this.page
        .getByRole("link", { name, exact: typeof name === "string" })
        .filter({ visible: true })
        .first(),
    );
  }

  async fill(label: string | RegExp, text: string) {
    await this.reach(this.page.getByLabel(label, { exact: typeof label === "string" }).first());
    await this.page.keyboard.press("ControlOrMeta+a");
    await this.page.keyboard.type(text);
  }

  /** A switch or a box: Space turns it. */
  async turn(what: Locator) {
    await this.press(what, " ");
  }

  async choose(menu: Locator, item: string) {
    await this.press(menu);
    const wanted = this.page.getByRole("menuitem", { name: item });
    await expect(wanted).toBeVisible();
    for (let presses = 0; presses < 12; presses++) {
      if (await wanted.evaluate((element) => element === document.activeElement)) break;
      await this.page.keyboard.press("ArrowDown");
    }
    await this.page.keyboard.press("Enter");
  }

  heading(name: string | RegExp) {
    return expect(this.page.getByRole("heading", { level: 1, name })).toBeVisible();
  }

  /** No violation of WCAG 2.2 A and AA, and nothing to scroll sideways. */
  async seesNothingWrong() {
    // what fades in has its colours only when it is there
    await this.page.evaluate(() =>
      Promise.allSettled(
        document
          .getAnimations()
          .filter((each) => each.effect?.getTiming().iterations !== Number.POSITIVE_INFINITY)
          .map((each) => each.finished),
      ),
    );
    const { violations } = await new AxeBuilder({ page: this.page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
      .analyze();
    const found = violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map((node) => `${node.html.slice(0, 160)} (${node.any[0]?.message ?? node.all[0]?.message ?? node.none[0]?.message ?? ""})`).join("\n  ")}`,
    );
    expect(found).toEqual([]);
    const tooWide = await this.page.evaluate(() => {
      if (document.documentElement.scrollWidth <= window.innerWidth) return [];
      return [...document.querySelectorAll("body *")]
        .filter((element) => element.getBoundingClientRect().right > window.innerWidth + 1)
        .map((element) => element.outerHTML.slice(0, 120));
    });
    expect(tooWide).toEqual([]);
  }
}
