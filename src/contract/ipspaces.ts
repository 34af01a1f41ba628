/** `GET /api/network/ipspaces`: nothing but uuid and name, whatever is asked for. */
import { z } from 'zod';
import { selfLink } from './envelope.ts';

export const ipspace = z.object({ uuid: z.string(), name: z.string(), _links: selfLink.optional() });
