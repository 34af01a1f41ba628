/** The faults of the lab's wire as a person sets them: per cent and milliseconds, within what the lab takes. */
import type { LabFaults } from '../../contract/lab-port.ts';

export interface FaultKnob {
  readonly field: keyof LabFaults;
  readonly label: string;
  readonly unit: '%' | 'ms';
  readonly detail: string;
  readonly max: number;
  readonly step: number;
}

export const faultKnobs: readonly FaultKnob[] = [
  { field: 'loss', label: 'Loss', unit: '%', max: 100, step: 1, detail: 'Share of datagrams that never arrive.' },
  {
    field: 'duplicate',
    label: 'Duplicate',
    unit: '%',
    max: 100,
    step: 1,
    detail: 'Share of datagrams that arrive twice.',
  },
  {
    field: 'reorder',
    label: 'Reorder',
    unit: '%',
    max: 100,
    step: 1,
    detail: 'Share of datagrams that a later one overtakes.',
  },
  { field: 'delayMs', label: 'Delay', unit: 'ms', max: 2_000, step: 10, detail: 'On each way, for every datagram.' },
];

export const noFaults: LabFaults = { loss: 0, duplicate: 0, reorder: 0, delayMs: 0 };

export const hasFaults = (faults: LabFaults): boolean => faultKnobs.some(({ field }) => faults[field] > 0);

/** The figure on the knob. */
export const shownOf = ({ field, unit }: FaultKnob, faults: LabFaults): number =>
  unit === '%' ? Math.round(faults[field] * 100) : faults[field];

/** The faults with one knob turned; a figure out of range is taken to its nearer end, and what is no figure changes nothing. */
export function turned(knob: FaultKnob, shown: number, faults: LabFaults): LabFaults {
  if (!Number.isFinite(shown)) return faults;
  const within = Math.min(knob.max, Math.max(0, shown));
  return { ...faults, [knob.field]: knob.unit === '%' ? within / 100 : Math.round(within) };
}

export const areEqual = (a: LabFaults, b: LabFaults): boolean => faultKnobs.every(({ field }) => a[field] === b[field]);
