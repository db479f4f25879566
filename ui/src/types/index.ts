import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type User = Schemas["User"];
export type ApiKey = Schemas["ApiKey"];
export type CreatedApiKey = Schemas["CreatedApiKey"];
export type Scope = Schemas["Scope"];
export type SetupState = Schemas["SetupState"];
export type Coverage = Schemas["Coverage"];
export type Interval = Schemas["Interval"];
export type ChangeEvent = Schemas["ChangeEvent"];
