import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { Person } from "./support/person";
import { Feed, Linkspan, Radicale, Receiver } from "./support/processes";

const sizes = [
  { width: 1280, height: 860 },
  { width: 390, height: 844 },
] as const;
const looks = sizes.flatMap((viewport) =>
  (["light", "dark"] as const).map((colorScheme) => ({
    name: `${viewport.width} px, ${colorScheme}`,
    viewport,
    colorScheme,
  })),
);

const password = "correct horse battery";
const hour = 3_600_000;
/** Tomorrow at ten, so that nothing of it is over while the tests run. */
const ten = Math.ceil(Date.now() / (24 * hour)) * 24 * hour + 10 * hour;

for (const look of looks) {
  test.describe
    .serial(`by keyboard at ${look.name}`, () => {
      let linkspan: Linkspan;
      let radicale: Radicale;
      let feed: Feed;
      let receiver: Receiver;
      let context: BrowserContext;
      let page: Page;
      let person: Person;
      const complaints: string[] = [];

      test.beforeAll(async ({ browser }) => {
        test.setTimeout(400_000);
        [linkspan, radicale, feed, receiver] = await Promise.all([
          new Linkspan().start(),
          new Radicale().start(),
          // three days after what the journeys look at, on every date
          new Feed(new Date(ten + 3 * 24 * hour)).start(),
          new Receiver().start(),
        ]);
        await radicale.addCalendar("work", "Work");
        await radicale.addCalendar("family", "Family");
        await radicale.addEvent("work", "meeting", "Team meeting", new Date(ten), 60);
        await radicale.addEvent("work", "visit", "Customer visit", new Date(ten + 4 * hour), 120);
        await radicale.addEvent("family", "concert", "School concert", new Date(ten + 5 * hour), 120);
        context = await browser.newContext({
          baseURL: linkspan.url,
          viewport: look.viewport,
          colorScheme: look.colorScheme,
          reducedMotion: "reduce",
        });
        page = await context.newPage();
        page.on("console", (message) => {
          // a refused call is part of the journeys; anything else is not
          if (message.type() === "error" && !/Failed to load resource/.test(message.text()))
            complaints.push(message.text());
        });
        page.on("pageerror", (error) => complaints.push(error.message));
        person = new Person(page);
      });

      test.afterAll(async () => {
        await context?.close();
        await Promise.all([linkspan?.stop(), radicale?.stop(), feed?.stop(), receiver?.stop()]);
      });

      test.afterEach(() => {
        expect(complaints.splice(0)).toEqual([]);
      });

      test("the first start leads to a first calendar, past a wrong password", async () => {
        const link = await linkspan.setupLink();
        await page.goto(link);
        await person.heading("Set up Linkspan");
        await person.seesNothingWrong();
        await person.button("Next");
        await expect(page.getByText("This is needed.").first()).toBeVisible();
        await person.fill("Name", "Ada Lovelace");
        await person.fill("Email", "ada@example.org");
        await person.fill("Password", password);
        await page.keyboard.press("Enter");
        await expect(page.getByLabel("Time zone")).toHaveValue("Europe/Berlin");
        await expect(page.getByText(/In Europe\/Berlin it is/)).toBeVisible();
        await person.seesNothingWrong();
        await person.button("Create the account");

        await person.button(/^CalDAV/);
        await person.fill("Server", radicale.url);
        await person.fill("User name", "ada");
        await person.fill("Password", "mistyped");
        await person.seesNothingWrong();
        await person.button("Test and connect");
        await expect(page.getByText("The provider refuses the user name or password.")).toBeVisible();
        await expect(page.getByLabel("Server", { exact: true })).toHaveValue(radicale.url);
        await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("aria-invalid", "true");
        await person.seesNothingWrong();
        await person.fill("Password", "secret");
        await page.keyboard.press("Enter");
        await expect(page.getByText("CalDAV is connected")).toBeVisible();
        await expect(page.getByText("Your events have been read.")).toBeVisible();
        await person.seesNothingWrong();
        await person.button("Choose calendars");
        await expect(page.getByRole("heading", { name: "Its calendars" })).toBeVisible();

        await page.goto(link);
        await expect(page.getByText("This server is set up.")).toBeVisible();
      });

      test("calendars are chosen", async () => {
        await page.goto("/integrations/calendars");
        await person.heading("Calendars");
        await person.seesNothingWrong();
        await person.press(page.getByRole("link", { name: /^ada@/ }));
        const work = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "Work" }) });
        const family = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "Family" }) });
        await person.turn(family.getByRole("switch", { name: "Bookings go here" }));
        await expect(family.getByRole("switch", { name: "Bookings go here" })).toBeChecked();
        await person.turn(work.getByRole("switch", { name: "Bookings go here" }));
        await expect(family.getByRole("switch", { name: "Bookings go here" })).not.toBeChecked();
        await person.press(work.getByRole("button", { name: /What counts/ }));
        await person.reach(
          work.getByRole("radiogroup", { name: "All-day events" }).getByRole("radio", { checked: true }),
        );
        await page.keyboard.press("ArrowRight");
        await person.seesNothingWrong();
        await page.reload();
        await expect(work.getByRole("switch", { name: "Bookings go here" })).toBeChecked();
        await person.press(work.getByRole("button", { name: /What counts/ }));
        await expect(
          work.getByRole("radiogroup", { name: "All-day events" }).getByRole("radio", { name: "Free" }),
        ).toBeChecked();
      });

      test("a feed is connected, after an address that is none", async () => {
        await page.goto("/integrations");
        await person.heading("Overview");
        await expect(page.getByRole("heading", { name: "Your next seven days" })).toBeVisible();
        await person.button("Connect");
        await person.button(/^Calendar feed/);
        await person.fill("Feed address", `${feed.url}/page.html`);
        await page.keyboard.press("Enter");
        await expect(page.getByText("There is a web page at this address, not a calendar.")).toBeVisible();
        await person.seesNothingWrong();
        await person.fill("Feed address", `${feed.url}/holidays.ics`);
        await page.keyboard.press("Enter");
        await expect(page.getByText("Calendar feed is connected")).toBeVisible();
        await person.button("Choose calendars");
        await expect(page.getByRole("heading", { name: "Holidays", exact: true })).toBeVisible();
        await expect(page.getByText("read only").first()).toBeVisible();
      });

      test("conflicts are resolved one by one and in bulk", async () => {
        await block("Focus time", ten + 0.5 * hour, ten + 2 * hour);
        await block("Lunch", ten + 4.25 * hour, ten + 4.5 * hour);
        await page.goto("/integrations/conflicts");
        await person.heading("Conflicts");
        await expect(page.getByText("Focus time").first()).toBeVisible();
        await expect(page.getByText("School concert").first()).toBeVisible();
        await person.seesNothingWrong();

        await person.button(/^Preview: Team meeting/);
        await expect(page.getByText("becomes").first()).toBeAttached();
        await person.seesNothingWrong();
        await person.button("Cancel");
        await person.press(page.getByRole("button", { name: /^Shorten the block: Team meeting/ }));
        await expect(page.getByText("Block shortened")).toBeVisible();
        await expect(page.locator("main").getByText("Team meeting")).toHaveCount(0);
        // what was resolved took the focus with it
        await expect(page.locator("main :focus")).toHaveCount(1);

        await person.turn(page.getByRole("checkbox", { name: "Select all" }));
        await person.button(/^Dismiss \(\d\)/);
        await person.seesNothingWrong();
        await person.button(/^Dismiss \d conflicts?$/);
        await expect(page.getByText("No conflicts")).toBeVisible();
        await person.follow("Dismissed");
        await expect(page.getByText("School concert")).toBeVisible();
        await person.follow("Days");
        await person.seesNothingWrong();
        await person.press(page.getByRole("button", { name: /^Reopen: .*School concert/ }));
        await expect(page.getByText("Reopened")).toBeVisible();
        await person.follow("Open");
        await expect(page.getByText("School concert").first()).toBeVisible();
      });

      test("a broken account is seen and reconnected, and keeps its choices", async () => {
        radicale.setPassword("renewed");
        await page.goto("/integrations/calendars");
        const card = page.getByRole("region", { name: /^ada@/ });
        await person.press(card.getByRole("button", { name: "Sync now" }));
        await expect(card.getByText("Reconnect needed")).toBeVisible();
        await page.goto("/integrations");
        await expect(page.getByText(/has to be reconnected/)).toBeVisible();
        await expect(page.getByText(/Not certain/)).toBeVisible();
        await person.seesNothingWrong();
        await person.follow("Reconnect");
        await person.fill("Password", "renewed");
        await person.seesNothingWrong();
        await page.keyboard.press("Enter");
        await expect(page.getByText("Reconnected", { exact: true })).toBeVisible();
        await expect(page.getByText("Connected", { exact: true }).first()).toBeVisible();
        const work = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "Work" }) });
        await expect(work.getByRole("switch", { name: "Bookings go here" })).toBeChecked();
      });

      test("logs are filtered and read", async () => {
        await page.goto("/integrations/logs");
        await person.heading("Logs");
        await expect(page.getByRole("row").nth(1)).toBeVisible();
        await person.seesNothingWrong();
        await person.reach(page.getByLabel("Outcome"));
        await page.keyboard.type("Fail");
        await expect(page).toHaveURL(/success=false/);
        await expect(page.getByRole("button", { name: "Remove filter Failed" })).toBeVisible();
        await person.reach(page.getByLabel("Words in the message"));
        await page.keyboard.type("no such words anywhere");
        await expect(page.getByText("No entry matches")).toBeVisible();
        await person.seesNothingWrong();
        await person.button("Remove filter “no such words anywhere”");
        const first = page.getByRole("row").nth(1).getByRole("button");
        await person.press(first);
        await expect(page.getByRole("dialog")).toBeVisible();
        await person.seesNothingWrong();
        await person.press(page.getByRole("button", { name: /^Filter by integration_id/ }));
        await expect(page).toHaveURL(/integration_id=/);
        await page.goBack();
        await expect(page.getByRole("dialog")).toBeVisible();
        await page.keyboard.press("Escape");
        await expect(page.getByRole("dialog")).toHaveCount(0);
        await person.button("Clear filters");
        await expect(page).toHaveURL(/logs$/);
        await person.reach(page.getByRole("row").nth(1).getByRole("button"));
        await page.keyboard.press("ArrowDown");
        await expect(page.getByRole("row").nth(2).getByRole("button")).toBeFocused();
      });

      test("the frame serves whoever has a keyboard, little patience or no network", async () => {
        await page.goto("/integrations/logs");
        const time = page.getByRole("row").nth(1).locator("time");
        await expect(time).toBeVisible();
        await page.keyboard.press("Tab");
        await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
        await page.keyboard.press("Enter");
        await expect(page.getByRole("main")).toBeFocused();

        await page.keyboard.press("?");
        const help = page.getByRole("dialog", { name: "Shortcuts" });
        await expect(help).toBeVisible();
        await page.keyboard.press("?");
        await expect(page.getByRole("dialog")).toHaveCount(1);
        await person.seesNothingWrong();
        await person.turn(help.getByRole("switch", { name: "Single-key shortcuts" }));
        await page.keyboard.press("Escape");
        await expect(page.getByRole("dialog")).toHaveCount(0);
        await page.keyboard.press("?");
        await page.keyboard.press("p");
        await expect(page.getByRole("button", { name: /: pause automatic refresh$/ })).toBeVisible();
        await expect(page.getByRole("dialog")).toHaveCount(0);
        await page.evaluate(() => localStorage.removeItem("linkspan.shortcuts"));

        await page.keyboard.press("p");
        await expect(page.getByRole("button", { name: /^Paused.*: resume automatic refresh$/ })).toBeVisible();
        await person.seesNothingWrong();
        await page.keyboard.press("p");
        await expect(page.getByRole("button", { name: /^Live: pause automatic refresh$/ })).toBeVisible();

        const here = (await time.textContent()) ?? "";
        await person.button("Display");
        await person.reach(page.getByLabel("Time zone of what is shown"));
        await page.keyboard.type("UTC");
        await page.keyboard.press("Escape");
        await expect(time).not.toHaveText(here);
        await page.evaluate(() => localStorage.removeItem("linkspan.zone"));

        // a press on a message is not one beside the dialog
        await person.press(page.getByRole("row").nth(1).getByRole("button"));
        await person.press(page.getByRole("dialog").getByRole("button", { name: "Copy as curl" }));
        const message = page.locator("section[aria-live] > div").first();
        await message.click();
        await message.locator("button").click();
        await expect(message).toHaveCount(0);
        await expect(page.getByRole("dialog")).toBeVisible();
        await page.keyboard.press("Escape");
        await expect(page.getByRole("dialog")).toHaveCount(0);

        await context.setOffline(true);
        await expect(page.getByText("You are offline.")).toBeVisible();
        await expect(page.getByText(/What you see was read/)).toBeVisible();
        await person.seesNothingWrong();
        await context.setOffline(false);
        await expect(page.getByText("You are offline.")).toHaveCount(0);
      });

      test("a page whose code does not come leaves the others as they are", async () => {
        await page.goto("/integrations/logs");
        await person.heading("Logs");
        await page.route("**/assets/*.js", (route) => route.abort());
        await person.follow(/^Conflicts/);
        await expect(page.getByText("This page could not be loaded.")).toBeVisible();
        await person.seesNothingWrong();
        await person.follow("Logs");
        await person.heading("Logs");
        await person.follow(/^Conflicts/);
        await expect(page.getByText("This page could not be loaded.")).toBeVisible();
        await page.unroute("**/assets/*.js");
        await person.button("Try again");
        await person.heading("Conflicts");
        expect(complaints.splice(0).filter((each) => !/not loaded: /.test(each))).toEqual([]);
      });

      test("a page that fails says so, and comes when it is asked again", async () => {
        let away = true;
        await page.route("**/api/v1/integrations/webhooks/", (route) =>
          away
            ? route.fulfill({
                status: 503,
                contentType: "application/problem+json",
                json: {
                  type: "about:blank",
                  title: "Unavailable",
                  status: 503,
                  code: "unavailable",
                  detail: "The database refuses connections.",
                  request_id: "0199e0a4-7000-7d00-8000-5f2c1b3a4d5e",
                },
              })
            : route.continue(),
        );
        await page.goto("/integrations/webhooks");
        await expect(page.getByText("Webhooks could not be loaded.")).toBeVisible();
        await person.seesNothingWrong();
        await person.reach(page.getByRole("button", { name: "Try again" }).first());
        away = false;
        await page.keyboard.press("Enter");
        await expect(page.getByText("No webhooks")).toBeVisible();
        await page.unroute("**/api/v1/integrations/webhooks/");
        await person.seesNothingWrong();
        await page.goto("/integrations/nothing");
        await person.heading("There is nothing at this address.");
        await person.seesNothingWrong();
      });

      test("an API key is made, shown once, and withdrawn", async () => {
        await page.goto("/profile");
        await person.heading("Profile");
        await person.button("New API key");
        await person.fill("What it is for", "Reporting");
        await person.seesNothingWrong();
        await person.button("Make the key");
        await expect(page.getByText("Copy your key now")).toBeVisible();
        const key = (await page.getByRole("dialog").locator("code").first().textContent()) ?? "";
        const answer = await page.request.get("/api/v1/users/me/", { headers: { Authorization: `Bearer ${key}` } });
        expect(answer.status()).toBe(200);
        await person.button("I have stored it");
        await expect(page.getByText(key)).toHaveCount(0);
        await person.seesNothingWrong();
        await person.button("Withdraw Reporting");
        await person.button("Withdraw the key");
        await expect(page.getByText("No API keys")).toBeVisible();
      });

      test("a webhook goes from creation over test, failure and rotation to replay", async () => {
        await page.goto("/integrations/webhooks");
        await person.heading("Webhooks");
        await person.button("New webhook");
        await person.fill("Name", "CRM");
        await person.fill("Address", "crm.example.org");
        await person.button("Create webhook");
        await expect(page.getByText("This is not an address. It begins with https://.")).toBeVisible();
        await person.fill("Address", receiver.url);
        await expect(page.getByText("A private address: it only works if the operator allows it.")).toBeVisible();
        await person.turn(page.getByRole("checkbox", { name: "All events" }));
        await person.turn(page.getByRole("checkbox", { name: "Calendars" }));
        await person.seesNothingWrong();
        await person.button("Create webhook");
        await expect(page.getByText("Copy the secret now")).toBeVisible();
        const secret = (await page.getByRole("dialog").locator("code").first().textContent()) ?? "";
        expect(secret).toMatch(/^whsec_/);
        await person.button("Python");
        await person.seesNothingWrong();
        await person.button("I have stored it");
        await person.heading("CRM");
        await expect(page.getByText(secret)).toHaveCount(0);

        await person.button("Send a test");
        await person.button("Send now");
        await expect(page.getByText("Answered 204").first()).toBeVisible();
        await expect(page.getByText("What is signed")).toBeVisible();
        await person.seesNothingWrong();
        expect(receiver.received.at(-1)?.headers["webhook-id"]).toBeTruthy();
        receiver.answers = 500;
        await person.button("Send again");
        await expect(page.getByText("Answered 500").first()).toBeVisible();
        await page.keyboard.press("Escape");

        await person.choose(page.getByRole("button", { name: "More for CRM" }), "Change secret");
        await person.button("Change it");
        await expect(page.getByText("both secrets sign")).toBeVisible();
        await person.button("I have stored it");
        await expect(page.getByText("the old one signs too, and ends")).toBeVisible();
        receiver.answers = 204;
        await person.button("Send a test");
        await person.button("Send now");
        await expect(page.getByText("Answered 204").first()).toBeVisible();
        expect(String(receiver.received.at(-1)?.headers["webhook-signature"]).split(" ")).toHaveLength(2);
        await page.keyboard.press("Escape");

        await person.reach(page.getByRole("combobox", { name: "State" }));
        await page.keyboard.type("Fail");
        await expect(page).toHaveURL(/status=failed/);
        await expect(page.getByRole("listitem").getByText("Failed").first()).toBeVisible();
        await person.seesNothingWrong();
        await person.press(
          page
            .getByRole("listitem")
            .getByRole("button", { name: /Failed/ })
            .first(),
        );
        await expect(page.getByText("Attempt 1")).toBeVisible();
        await person.seesNothingWrong();
        const before = receiver.received.length;
        await person.button("Send again");
        await expect(page.getByRole("dialog").getByText("Delivered")).toBeVisible();
        expect(receiver.received.length).toBeGreaterThan(before);
        await page.keyboard.press("Escape");

        await person.choose(page.getByRole("button", { name: "More for CRM" }), "Send again…");
        await person.reach(page.getByRole("combobox", { name: "What" }));
        await page.keyboard.type("What was");
        await expect(page.getByText(/would be sent\./)).toBeVisible();
        await person.seesNothingWrong();
        const delivered = receiver.received.length;
        await person.button("Send again");
        await expect(page.getByText(/(was|were) sent again/)).toBeVisible();
        await expect.poll(() => receiver.received.length).toBeGreaterThan(delivered);
        await page.keyboard.press("Escape");

        await person.choose(page.getByRole("button", { name: "More for CRM" }), "Delete");
        await person.button("Delete");
        await expect(page.getByText("No webhooks")).toBeVisible();
      });

      test("an account is disconnected, its impact first", async () => {
        await page.goto("/integrations/calendars");
        const more = page.getByRole("button", { name: /^More for .*holidays/ });
        await person.choose(more, "Disconnect");
        await expect(page.getByText("Blocked times, past ones included")).toBeVisible();
        await person.seesNothingWrong();
        await person.button("Disconnect");
        await person.heading("Calendars");
        await expect(page.getByRole("link", { name: /holidays/ })).toHaveCount(0);
        await expect(page.getByText(/is disconnected/)).toBeVisible();
      });

      test("the session ends, and begins again where one was", async () => {
        await page.goto("/profile");
        await person.button("Sign out");
        await person.heading("Sign in");
        await page.goto("/integrations/logs?success=true");
        await person.heading("Sign in");
        await person.seesNothingWrong();
        await person.fill("Email", "ada@example.org");
        await person.fill("Password", "something else");
        await page.keyboard.press("Enter");
        await expect(page.getByText("Email and password do not match.")).toBeVisible();
        await person.fill("Password", password);
        await page.keyboard.press("Enter");
        await person.heading("Logs");
        await expect(page).toHaveURL(/success=true/);
      });

      test("every page is sound at 320 px, in German", async ({ browser }) => {
        const session = await context.storageState();
        const other = await browser.newContext({
          baseURL: linkspan.url,
          storageState: session,
          viewport: { width: 320, height: 700 },
          colorScheme: look.colorScheme,
          locale: "de-DE",
          reducedMotion: "reduce",
        });
        const small = await other.newPage();
        const reader = new Person(small);
        const [account] = await (await small.request.get("/api/v1/integrations/calendar/")).json();
        const webhook = await small.request.post("/api/v1/integrations/webhooks/", {
          headers: { Origin: linkspan.url },
          data: { name: "warehouse".repeat(10), webhook_url: receiver.url, events: ["*"] },
        });
        expect(webhook.status()).toBe(201);
        for (const path of [
          "/integrations",
          "/integrations?connect=true",
          "/integrations?connect=caldav",
          "/integrations/calendars",
          `/integrations/calendars/${account.id}`,
          "/integrations/conflicts?view=days",
          "/integrations/webhooks",
          `/integrations/webhooks/${(await webhook.json()).id}`,
          "/integrations/logs",
          "/profile",
        ]) {
          await small.goto(path);
          // behind a dialog the page is hidden from all but the eyes
          await expect(small.getByRole("heading", { level: 1, includeHidden: true })).toBeVisible();
          if (path.includes("connect=")) await expect(small.getByRole("dialog")).toBeVisible();
          await expect(small.getByText("Wird geladen")).toHaveCount(0);
          await reader.seesNothingWrong();
        }
        await other.clearCookies();
        await small.goto("/sign-in");
        await expect(small.getByRole("heading", { level: 1 })).toBeVisible();
        await reader.seesNothingWrong();
        await other.close();
      });

      async function block(reason: string, start: number, end: number) {
        const status = await page.evaluate(
          async (body) =>
            (
              await fetch("/api/v1/availability/blocked-times/", {
                method: "POST",
                headers: { "Content-Type": "application/json" },
                body: JSON.stringify(body),
              })
            ).status,
          { reason, start: new Date(start).toISOString(), end: new Date(end).toISOString() },
        );
        expect(status).toBe(201);
      }
    });
}
