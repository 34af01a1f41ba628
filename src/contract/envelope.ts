/**
 * What every answer of ONTAP's REST API is wrapped in: the collection envelope, links, references by uuid and name, and the
 * error body (ONTAP REST: getting started, HAL linking and records).
 */
import { z } from 'zod';

const link = z.object({ href: z.string() });

export const selfLink = z.object({ self: link });

/** A pointer to another record. Answers carry both members; a request may name either. */
export const reference = z.object({ uuid: z.string(), name: z.string(), _links: selfLink.optional() });

export const referenceInput = z.strictObject({ uuid: z.string().optional(), name: z.string().optional() });

/** A batch of a collection. `_links.next` is there when another batch may exist. */
export const collectionOf = <T extends z.ZodType>(record: T) =>
  z.object({
    records: z.array(record).default([]),
    num_records: z.number().int(),
    _links: z.object({ self: link.optional(), next: link.optional() }).optional(),
  });

/** `code` is an integer in a string; `target` names the one field to blame. */
export const ontapErrorBody = z.object({
  error: z.object({
    message: z.string(),
    code: z.string(),
    target: z.string().optional(),
    arguments: z.array(z.object({ code: z.string().optional(), message: z.string().optional() })).optional(),
  }),
});

/** The version of a cluster or of a node. */
export const ontapVersion = z.object({
  full: z.string(),
  generation: z.number().int(),
  major: z.number().int(),
  minor: z.number().int(),
});

/** An address with the length of its mask, which ONTAP gives as text. */
export const interfaceAddress = z.object({
  address: z.string(),
  netmask: z.string().optional(),
  family: z.enum(['ipv4', 'ipv6']).optional(),
});
