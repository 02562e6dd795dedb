// look_at.mjs MODULES PAGE FOLDER: opens the page in a headless Chromium at the widths of a desk and of a phone, light and dark, and on
// paper, and complains of what is wrong with it: requests, messages on the console, what is wider than the window, what axe-core finds,
// and what the keyboard does not reach; as it opens, and with everything unfolded. Pictures go to the folder. Exit status 1: there was something.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [modules, page_file, folder] = process.argv.slice(2);
const { chromium } = createRequire(`${modules}/`)('playwright-core');
const axe = readFileSync(`${modules}/axe-core/axe.min.js`, 'utf8');
const address = pathToFileURL(page_file).href;
let complaints = 0;

function complain(where, what)
{
	console.error(`${where}: ${what}`);
	complaints++;
}

// What is wider than the window: the page as a whole, or text that something cuts off.
async function check_width(page, where)
{
	const wide = await page.evaluate(() => {
		const room = document.documentElement.clientWidth;
		const scrolls = element => element && (/auto|scroll/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
		const out = [...document.querySelectorAll('main *, header *, nav *')].filter(element => {
			const box = element.getBoundingClientRect();
			return box.width > 1 && (box.right > room + 1 || box.left < -1) && !scrolls(element.parentElement) &&
				!element.closest('.unseen');
		});
		return [document.documentElement.scrollWidth > room ? 'the page' : null,
			...out.slice(0, 5).map(element => element.outerHTML.slice(0, 120))].filter(Boolean);
	});

	for (const what of wide)
		complain(where, `wider than the window: ${what}`);
}

// Contrast is looked at by where letters really are, which takes long: not of everything.
async function check_rules(page, where, without)
{
	const found = await page.evaluate(rules => axe.run(document, { resultTypes: ['violations'], rules }),
		Object.fromEntries(without.map(rule => [rule, { enabled: false }])));

	for (const rule of found.violations)
		complain(where, `${rule.id}: ${rule.help} (${rule.nodes.length} times, e.g. ${rule.nodes[0].html.slice(0, 160)})`);
}

function unfold(page, which)
{
	return page.evaluate(selector => document.querySelectorAll(selector).forEach(one => { one.open = true; }), which);
}

// Tab goes to the skip link first; everything that folds opens by Enter.
async function check_keyboard(page, where)
{
	await page.keyboard.press('Tab');
	if (await page.evaluate(() => document.activeElement.className) !== 'skip')
		complain(where, 'the first thing that Tab reaches is not the skip link');
	const pattern = page.locator('details.pattern:not([open]) > summary').first();
	if (!await pattern.count())
		return;
	await pattern.focus();
	await page.keyboard.press('Enter');
	if (!await pattern.evaluate(summary => summary.parentElement.open) &&
		!await page.evaluate(() => document.activeElement.parentElement.open))
		complain(where, 'Enter does not unfold a pattern');
}

async function look(browser, width, height, colorScheme)
{
	const where = `${width}-${colorScheme}`;
	const context = await browser.newContext({ viewport: { width, height }, colorScheme, bypassCSP: true });
	const page = await context.newPage();

	page.on('console', message => complain(where, `console: ${message.text()}`));
	page.on('pageerror', error => complain(where, `error: ${error.message}`));
	page.on('request', request => {
		if (request.url() !== address && !request.url().startsWith('data:'))
			complain(where, `asks for ${request.url()}`);
	});
	await page.goto(address);
	await page.screenshot({ path: `${folder}/${where}.png`, fullPage: true });
	await check_width(page, where);
	await page.evaluate(axe);
	await unfold(page, 'section > details, section > figure details');
	await check_rules(page, where, []);
	await check_keyboard(page, where);
	await unfold(page, 'details');
	await check_width(page, `${where}, unfolded`);
	if (colorScheme === 'light') // colours are all that the other one changes
		await check_rules(page, `${where}, unfolded`, ['color-contrast']);
	await context.close();
}

// On paper everything is unfolded but the tables of figures.
async function look_on_paper(browser)
{
	const page = await browser.newPage();

	await page.goto(address);
	await page.emulateMedia({ media: 'print' });
	if (!await page.evaluate(() => [...document.querySelectorAll('.pattern-body')].every(body => body.getBoundingClientRect().height > 0)))
		complain('paper', 'a pattern stays folded');
	await page.pdf({ path: `${folder}/paper.pdf`, format: 'A4' });
	await page.close();
}

const browser = await chromium.launch({
	executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
	args: process.getuid() === 0 ? ['--no-sandbox'] : [],
});
for (const [width, height] of [[1280, 900], [390, 844]])
	for (const scheme of ['light', 'dark'])
		await look(browser, width, height, scheme);
await look_on_paper(browser);
await browser.close();
process.exit(complaints ? 1 : 0);
