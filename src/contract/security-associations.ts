/**
 * `GET /api/security/ipsec/security-associations`: one record per SA of either kind. A policy is named, not pointed at: join by
 * `svm.name` and `policy_name`. SPIs are `0x` and lower-case hex.
 */
import { z } from 'zod';
import { reference, selfLink } from './envelope.ts';

const direction = z.object({
  security_parameter_index: z.string(),
  bytes: z.number().int(),
  packets: z.number().int(),
  offload_bytes: z.number().int().optional(),
  offload_packets: z.number().int().optional(),
});

export const securityAssociation = z.object({
  uuid: z.string(),
  type: z.enum(['ike', 'ipsec']),
  node: reference.optional(),
  scope: z.enum(['svm', 'cluster']).optional(),
  svm: reference.optional(),
  policy_name: z.string(),
  local_address: z.string(),
  remote_address: z.string(),
  cipher_suite: z.enum(['suite_aescbc', 'suiteb_gcm256', 'suiteb_gmac256']).optional(),
  /** Seconds; the configured one. */
  lifetime: z.number().int().optional(),
  ike: z
    .object({
      authentication: z.enum(['none', 'psk', 'cert']).optional(),
      state: z.enum(['none', 'connecting', 'established', 'dead_peer_probe']),
      is_initiator: z.boolean().optional(),
      initiator_security_parameter_index: z.string(),
      responder_security_parameter_index: z.string(),
      version: z.coerce.number().int().optional(),
    })
    .optional(),
  ipsec: z
    .object({
      action: z.enum(['bypass', 'discard', 'esp_transport']).optional(),
      state: z.string(),
      inbound: direction,
      outbound: direction,
    })
    .optional(),
  _links: selfLink.optional(),
});

export type SecurityAssociationRecord = z.infer<typeof securityAssociation>;
