/** `GET /api/svm/svms`: data SVMs only. */
import { z } from 'zod';
import { interfaceAddress, reference, selfLink } from './envelope.ts';

const protocolState = z.object({ allowed: z.boolean().optional(), enabled: z.boolean().optional() });

export const svm = z.object({
  uuid: z.string(),
  name: z.string(),
  state: z.enum(['starting', 'running', 'stopping', 'stopped', 'deleting', 'initializing']).optional(),
  subtype: z.enum(['default', 'dp_destination', 'sync_source', 'sync_destination', 'data_engine']).optional(),
  language: z.string().optional(),
  ipspace: reference.optional(),
  ip_interfaces: z
    .array(
      z.object({
        uuid: z.string(),
        name: z.string(),
        ip: interfaceAddress,
        services: z.array(z.string()).optional(),
        _links: selfLink.optional(),
      }),
    )
    .optional(),
  nfs: protocolState.optional(),
  cifs: protocolState.optional(),
  iscsi: protocolState.optional(),
  _links: selfLink.optional(),
});

export type SvmRecord = z.infer<typeof svm>;
