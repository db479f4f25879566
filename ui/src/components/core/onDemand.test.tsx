import { screen, waitFor, within } from "@testing-library/react";
import { useState } from "react";
import { describe, expect, it } from "vitest";
import { show } from "@/test/render";
import { Later } from "./Later";
import { onDemand } from "./onDemand";

let tries = 0;
const Dialog = onDemand(async () => {
  tries += 1;
  if (tries < 3) throw new TypeError("Failed to fetch dynamically imported module: /assets/Dialog.js");
  return () => <p>The dialog</p>;
});

function Page() {
  const [asked, setAsked] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setAsked(true)}>
        Open
      </button>
      <Later asked={asked && "dialog"} onClose={() => setAsked(false)}>
        {asked && <Dialog />}
      </Later>
    </>
  );
}

describe("code that comes with its first use", () => {
  it("can be fetched again when it did not come, and the page around it stays", async () => {
    const { person } = await show(<Page />);
    await person.click(await screen.findByRole("button", { name: "Open" }));
    expect(await screen.findByText("A file of this page could not be fetched.")).toBeInTheDocument();
    expect(screen.getByText(/if a newer version was installed meanwhile, reload/)).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Reload the page" })).toBeInTheDocument();
    expect(tries).toBe(1);

    await person.click(within(screen.getByRole("alert")).getByRole("button", { name: "Close" }));
    await waitFor(() => expect(screen.queryByRole("alert")).not.toBeInTheDocument());
    await person.click(screen.getByRole("button", { name: "Open" }));
    await person.click(await screen.findByRole("button", { name: "Try again" }));
    expect(await screen.findByText("The dialog")).toBeInTheDocument();
    expect(tries).toBe(3);
  });
});
