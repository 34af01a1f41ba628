import type { Octets } from '../../bytes/octets.ts';

export const base64 = (text: string): Octets => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
