import { z } from 'zod';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const word = z.string().max(4096);
const name = z.string().regex(/^[a-zA-Z0-9._-]{1,120}$/);
const list = <Item extends z.ZodType>(item: Item): z.ZodArray<Item> => z.array(item).max(1000);
/** `- NAME=value`, or `NAME: value`. */
const pairs = z.union([list(scalar), z.record(z.string().max(4096), scalar)]);
const command = z.union([word, list(scalar), z.null()]);

const longPort = z.looseObject({
  target: z.union([z.number(), word]),
  published: z.union([z.number(), word]).optional(),
  protocol: word.optional(),
});
const attachment = z.union([z.looseObject({ aliases: list(word).optional() }), z.null()]);
const envFile = z.union([word, z.looseObject({ path: word, required: z.boolean().optional() })]);

/** What is read of a service, in the forms that the Compose Specification and the versions before it allow. */
export const composeService = z.looseObject({
  image: word.optional(),
  container_name: word.optional(),
  hostname: word.optional(),
  command: command.optional(),
  entrypoint: command.optional(),
  environment: pairs.optional(),
  env_file: z.union([envFile, list(envFile)]).optional(),
  ports: list(z.union([z.number(), word, longPort])).optional(),
  expose: list(z.union([z.number(), word])).optional(),
  depends_on: z.union([list(name), z.record(name, z.looseObject({ condition: word.optional() }))]).optional(),
  links: list(word).optional(),
  networks: z.union([list(name), z.record(name, attachment)]).optional(),
  network_mode: word.optional(),
  profiles: list(word).optional(),
  extends: z.union([name, z.looseObject({ service: name, file: word.optional() })]).optional(),
});

export type RawService = z.infer<typeof composeService>;
export const composeName = name;
/** `include`: paths, or paths with what belongs to them. */
export const composeInclude = list(z.union([word, z.looseObject({ path: z.union([word, list(word)]) })]));

export interface Fields {
  readonly [field: string]: unknown;
}

export function fieldsOf(data: unknown): Fields | undefined {
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Fields) : undefined;
}
