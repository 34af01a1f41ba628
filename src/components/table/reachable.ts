/** The controls inside of a cell that keys reach. The copy button is the pointer's: by key, `c` copies. */

export const reachable = ['a[href]', 'button', 'input', 'select'].map((tag) => `${tag}:not([data-copy] *)`).join(', ');
