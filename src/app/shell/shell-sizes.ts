/** The heights, in pixels, of what stands above every page. */

export const bandHeight = 28;
export const headerHeight = 48;
export const stripHeight = 32;
