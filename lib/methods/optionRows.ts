import { z } from "zod";
import type { Method } from "./method.js";
import { defaultsOf } from "./options.js";

/** One option of a method, in words. */
export interface OptionRow {
  /** Its path, as `--option` takes it. */
  path: string;
  /** Its default under protocol lab. */
  usual: string;
  /** "0 to 1", "joint | separate", "true | false". */
  allowed: string;
  meaning: string;
  /** The paper's letter for it. */
  symbol?: string;
}

/** Every option of a method, nested ones by their path. */
export function optionRows<Options extends object>(
  method: Pick<Method<Options>, "options" | "protocols">,
): OptionRow[] {
  return rowsOf(method.options, defaultsOf(method), "");
}

function rowsOf(schema: unknown, usual: unknown, path: string): OptionRow[] {
  const inner = bare(schema);
  if (inner instanceof z.ZodObject) {
    const fields = new Map(Object.entries(typeof usual === "object" && usual !== null ? usual : {}));
    return Object.entries(inner.shape).flatMap(([key, field]) =>
      rowsOf(field, fields.get(key), path === "" ? key : `${path}.${key}`),
    );
  }
  const { description = "", symbol, choices } = metaOf(schema);
  return [
    {
      path,
      usual: String(usual ?? "–"),
      allowed: allowedBy(inner, choices),
      meaning: description,
      ...(symbol && { symbol }),
    },
  ];
}

/** What a schema says of itself, through what wraps it. */
function metaOf(schema: unknown): { description?: string; symbol?: string; choices?: string[] } {
  if (!(schema instanceof z.ZodType)) return {};
  const { description, symbol, choices } = schema.meta() ?? {};
  const deeper = schema instanceof z.ZodDefault ? metaOf(schema.unwrap()) : {};
  return {
    ...deeper,
    ...(description && { description }),
    ...(typeof symbol === "string" && { symbol }),
    ...(typeof choices === "function" && { choices: choices() }),
  };
}

function bare(schema: unknown): unknown {
  const isWrapped =
    schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional;
  return isWrapped ? bare(schema.unwrap()) : schema;
}

function allowedBy(schema: unknown, choices?: readonly string[]): string {
  if (choices) return choices.join(" | ");
  if (schema instanceof z.ZodEnum) return schema.options.join(" | ");
  if (schema instanceof z.ZodBoolean) return "true | false";
  if (!(schema instanceof z.ZodNumber)) return "";
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = z.toJSONSchema(schema);
  const whole = schema.isInt ? "whole, " : "";
  const low =
    minimum !== undefined && minimum > -1e15
      ? `from ${minimum}`
      : exclusiveMinimum !== undefined
        ? `above ${exclusiveMinimum}`
        : "";
  const high =
    maximum !== undefined && maximum < 1e15
      ? `to ${maximum}`
      : exclusiveMaximum !== undefined
        ? `below ${exclusiveMaximum}`
        : "";
  return `${whole}${[low, high].filter(Boolean).join(" ")}`;
}
