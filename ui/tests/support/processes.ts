import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../../..");

export async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket().listen(0, "127.0.0.1", () => {
      const { port } = socket.address() as AddressInfo;
      socket.close(() => resolve(port));
    });
  });
}

async function until(what: string, ready: () => Promise<boolean>, patience = 120_000) {
  const end = Date.now() + patience;
  for (;;) {
    if (await ready().catch(() => false)) return;
    if (Date.now() > end) throw new Error(`${what} did not become ready`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

async function ended(process: ChildProcess) {
  if (process.exitCode !== null) return;
  const gone = new Promise((resolve) => process.once("exit", resolve));
  process.kill("SIGTERM");
  await gone;
}

/** The real server on a data directory of its own, with no administrator unless the settings name one. */
export class Linkspan {
  private readonly data = mkdtempSync(join(tmpdir(), "linkspan-journeys-"));
  private process: ChildProcess | undefined;
  private output = "";
  url = "";

  async start(settings: Record<string, string> = {}): Promise<this> {
    const port = await freePort();
    this.url = `http://localhost:${port}`;
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("LINKSPAN_")));
    this.process = spawn(join(root, "linkspan"), ["run", "--port", String(port), "--data", this.data], {
      env: { ...env, LINKSPAN_EGRESS_ALLOW: "127.0.0.0/8", LINKSPAN_SYNC_INTERVAL: "PT1M", ...settings },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process.stdout?.on("data", (part: Buffer) => {
      this.output += part.toString();
    });
    this.process.stderr?.on("data", (part: Buffer) => {
      this.output += part.toString();
    });
    const ended = new Promise<never>((_, reject) =>
      this.process?.once("exit", () => reject(new Error("Linkspan ended before it was ready"))),
    );
    const ready = until("Linkspan", async () => (await fetch(`${this.url}/readyz`)).ok, 300_000);
    await Promise.race([ready, ended]).catch((error) => {
      throw new Error(`${error.message}:\n${this.output}`);
    });
    return this;
  }

  /** The one-time link that the server prints. */
  async setupLink(): Promise<string> {
    await until("the set-up link", async () => /\/setup\/\S+/.test(this.output));
    return this.url + (/\/setup\/[^\s"]+/.exec(this.output)?.[0] ?? "");
  }

  async stop() {
    if (this.process) await ended(this.process);
    rmSync(this.data, { recursive: true, force: true });
  }
}

/** A Radicale with one account, whose password can be changed while it runs. */
export class Radicale {
  private readonly directory = mkdtempSync(join(tmpdir(), "linkspan-radicale-"));
  private process: ChildProcess | undefined;
  private password = "secret";
  url = "";

  async start(): Promise<this> {
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    this.setPassword(this.password);
    const config = join(this.directory, "config");
    writeFileSync(
      config,
      `[server]\nhosts = 127.0.0.1:${port}\n[auth]\ntype = htpasswd\nhtpasswd_filename = ${this.directory}/users\nhtpasswd_encryption = plain\ndelay = 0\n[storage]\nfilesystem_folder = ${this.directory}/collections\n[logging]\nlevel = error\n`,
    );
    this.process = spawn("radicale", ["--config", config], { stdio: "ignore" });
    await until("Radicale", async () => (await fetch(this.url)).status > 0);
    return this;
  }

  setPassword(password: string) {
    this.password = password;
    writeFileSync(join(this.directory, "users"), `ada:${password}\n`);
  }

  async addCalendar(name: string, title: string) {
    await this.send(
      "MKCALENDAR",
      `/ada/${name}/`,
      `<?xml version="1.0"?><c:mkcalendar xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:set><d:prop><d:displayname>${title}</d:displayname></d:prop></d:set></c:mkcalendar>`,
    );
  }

  async addEvent(calendar: string, uid: string, summary: string, start: Date, minutes: number) {
    const stamp = (at: number) => `${new Date(at).toISOString().replace(/[-:]/g, "").slice(0, 15)}Z`;
    await this.send(
      "PUT",
      `/ada/${calendar}/${uid}.ics`,
      `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//journeys//EN\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:${stamp(Date.now())}\r\nDTSTART:${stamp(start.getTime())}\r\nDTEND:${stamp(start.getTime() + minutes * 60_000)}\r\nSUMMARY:${summary}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
    );
  }

  private async send(method: string, path: string, body: string) {
    const answer = await fetch(this.url + path, {
      method,
      body,
      headers: {
        Authorization: `Basic ${Buffer.from(`ada:${this.password}`).toString("base64")}`,
        "Content-Type": method === "PUT" ? "text/calendar" : "text/xml",
      },
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  }

  async stop() {
    if (this.process) await ended(this.process);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A published calendar with one all-day event a week, and under another path something that is none. */
export class Feed {
  private server: Server | undefined;
  private readonly first: Date;
  url = "";

  /** @param first when the event is for the first time; nothing else of a journey may be on its weekday. */
  constructor(first: Date) {
    this.first = first;
  }

  async start(): Promise<this> {
    const day = this.first.toISOString().slice(0, 10).replaceAll("-", "");
    this.server = createServer((request, response) => {
      if (request.url === "/holidays.ics") {
        response.setHeader("Content-Type", "text/calendar");
        response.end(
          `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//feed//EN\r\nX-WR-CALNAME:Holidays\r\nBEGIN:VEVENT\r\nUID:h1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:${day}\r\nRRULE:FREQ=WEEKLY\r\nSUMMARY:Market day\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
        );
      } else {
        response.setHeader("Content-Type", "text/html");
        response.end("<!doctype html><title>Not a calendar</title>");
      }
    });
    await new Promise<void>((resolve) => this.server?.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  async stop() {
    await new Promise((resolve) => this.server?.close(resolve));
  }
}

/** What a webhook is sent to: keeps what came, and answers as it is told. */
export class Receiver {
  private server: Server | undefined;
  url = "";
  answers = 204;
  readonly received: { headers: Record<string, unknown>; body: string }[] = [];

  async start(): Promise<this> {
    this.server = createServer((request, response) => {
      let body = "";
      request.on("data", (part: Buffer) => {
        body += part.toString();
      });
      request.on("end", () => {
        this.received.push({ headers: request.headers, body });
        response.statusCode = this.answers;
        response.end(this.answers === 204 ? undefined : "not today");
      });
    });
    await new Promise<void>((resolve) => this.server?.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hooks`;
    return this;
  }

  async stop() {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }
}
