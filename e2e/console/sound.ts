/** What every page owes in every state: axe finds nothing in either scheme, and 320 px hold it. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** `where` names the place in a report. */
export async function expectSound(page: Page, where: string): Promise<void> {
  await expect(page.getByRole('heading').first()).toBeVisible();
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await expectSoundNow(page, where);
}

/** The same of a page that still loads. */
export async function expectSoundNow(page: Page, where: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expect(page.locator('html')).toHaveAttribute(`data-${colorScheme}`);
    await page.evaluate(transitionsEnd);
    const axe = new AxeBuilder({ page });
    const { violations } = await (colorScheme === 'light' ? axe : axe.withRules('color-contrast')).analyze();
    const found = violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`).join(' | ')}`,
    );
    expect.soft(found, `${where}, ${colorScheme}`).toEqual([]);
  }
  const { width, height } = page.viewportSize() ?? { width: 1280, height: 720 };
  await page.setViewportSize({ width: 320, height });
  await expect
    .soft(async () => {
      const surplus = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(surplus, `${where}: pixels to scroll sideways at 320 px`).toBe(0);
    })
    .toPass({ timeout: 5_000 });
  await page.setViewportSize({ width, height });
}

/**
 * In the page: what fades or slides has come to its end, since a colour half way is none of the palette's. What goes round for ever, as
 * a bar that waits does, has no end, and an animation whose element has gone may never tell of its own: nobody waits longer than
 * several times the theme's longest.
 */
function transitionsEnd(): Promise<unknown> {
  const passing = document.getAnimations().filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
  const longEnough = new Promise((resolve) => setTimeout(resolve, 1000));
  return Promise.race([longEnough, Promise.allSettled(passing.map(({ finished }) => finished))]);
}
