/** Hashes that every provider has, as WebCrypto calls them. */
export type HashName = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';
