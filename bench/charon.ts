import type { Figure } from './figure.ts';
export const charonFigures = async (): Promise<Figure[]> => [];
