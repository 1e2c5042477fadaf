import { type BrowserContext, type Page } from 'playwright-core';

/** A member that Permacoop's own seed makes. */
const MEMBER = { email: 'john@doe.com', password: 'john', greeting: 'Bonjour, John Doe !' };

/** Logs in as a person does, and waits for the greeting. @throws Error when it does not come. */
export async function logIn(page: Page, address: string): Promise<void> {
  await page.goto(`http://${address}/login`);
  await page.getByRole('textbox', { name: 'Adresse email' }).fill(MEMBER.email);
  await page.getByRole('textbox', { name: 'Mot de passe' }).fill(MEMBER.password);
  await page.getByRole('button', { name: 'Se connecter' }).click();
  await page.getByRole('heading', { level: 1, name: MEMBER.greeting }).waitFor();
}

/** Whether the member's pages are shown without a new login. */
export async function isLoggedIn(page: Page, address: string): Promise<boolean> {
  await page.goto(`http://${address}/app`);
  return new URL(page.url()).pathname === '/app';
}

/** Adds a customer by the form for it, and gives the names in the list of customers. */
export async function addCustomer(
  page: Page,
  address: string,
  name: string,
): Promise<readonly string[]> {
  await page.goto(`http://${address}/app/customers/add`);
  await page.locator('input[name="name"]').fill(name);
  await page.locator('form:has(input[name="name"]) button[type="submit"]').click();
  await page.getByText(name).first().waitFor();
  return page.locator('tbody tr td:first-child').allInnerTexts();
}

/** The cookies of a browser, for requests of another program. */
export async function cookieOf(context: BrowserContext): Promise<string> {
  const cookies = await context.cookies();
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
}
