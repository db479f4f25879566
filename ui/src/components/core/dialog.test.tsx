import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { show } from "@/test/render";
import { Dialog } from "./Dialog";
import { notify } from "./toasts";

async function opened(firm: boolean) {
  let closed = false;
  const view = await show(
    <Dialog open firm={firm} title="Choices" onClose={() => (closed = true)}>
      <input aria-label="Name" />
    </Dialog>,
  );
  await screen.findByRole("dialog", { name: "Choices" });
  return { ...view, isClosed: () => closed };
}

const backdrop = () => document.querySelector(".veil") as HTMLElement;

describe("a dialog", () => {
  it("stays when a message beside it is pressed, and the message goes", async () => {
    const { person, isClosed } = await opened(false);
    notify({ tone: "bad", title: "Not changed" });
    const message = await screen.findByText("Not changed");
    await person.click(message);
    expect(isClosed()).toBe(false);
    const close = message.closest(".rise")?.querySelector<HTMLElement>("button[aria-label=Close]") as HTMLElement;
    await person.click(close);
    expect(screen.queryByText("Not changed")).not.toBeInTheDocument();
    expect(isClosed()).toBe(false);
  });

  it("closes when one presses beside it, unless what it shows does not come again", async () => {
    const loose = await opened(false);
    await loose.person.click(backdrop());
    expect(loose.isClosed()).toBe(true);
    loose.unmount();
    const firm = await opened(true);
    await firm.person.click(backdrop());
    expect(firm.isClosed()).toBe(false);
  });

  it("asks before Escape or a press beside it drops what was entered, and closes at once where nothing was", async () => {
    let closed = false;
    const { person, unmount } = await show(
      <Dialog open title="Choices" onClose={() => (closed = true)}>
        <form>
          <input aria-label="Name" />
        </form>
      </Dialog>,
    );
    await person.type(await screen.findByLabelText("Name"), "Ada");
    await person.keyboard("{Escape}");
    expect(closed).toBe(false);
    await person.click(screen.getByRole("button", { name: "Keep editing" }));
    expect(screen.getByLabelText("Name")).toHaveValue("Ada");
    await person.click(backdrop());
    expect(closed).toBe(false);
    await person.click(screen.getByRole("button", { name: "Discard" }));
    expect(closed).toBe(true);
    unmount();
    const untouched = await opened(false);
    await untouched.person.keyboard("{Escape}");
    expect(untouched.isClosed()).toBe(true);
  });
});
