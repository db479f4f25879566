import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { server } from "@/test/server";
import { user } from "@/test/world";
import { call, forgetVersions } from "./client";

describe("a guarded change", () => {
  it("names the version that was read, but not one that another person read", async () => {
    const named: (string | null)[] = [];
    server.use(
      http.get("*/api/v1/users/me/", () => HttpResponse.json(user, { headers: { ETag: '"7"' } })),
      http.patch("*/api/v1/users/me/", ({ request }) => {
        named.push(request.headers.get("If-Match"));
        return HttpResponse.json(user);
      }),
    );
    const rename = () => call("patch", "/api/v1/users/me/", { body: { name: "Ada" }, guarded: true });
    await call("get", "/api/v1/users/me/");
    await rename();
    forgetVersions();
    await rename();
    expect(named).toEqual(['"7"', null]);
  });
});
