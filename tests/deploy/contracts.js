// What the contracts say, held against the tools that read them and against each other. See contracts.sh.
//
// usage: contracts.js check ROOT PIPELINE   prints what does not fit and exits 1
//        contracts.js release ROOT VERSION  writes schemas/released.json from schemas/events
//
// PIPELINE are the lines that tests/pipeline-table prints.
'use strict';
const fs = require('fs');
const path = require('path');
const { Parser, fromFile } = require('@asyncapi/parser');
const Ajv2020 = require('ajv/dist/2020');
const Ajv07 = require('ajv');

const problems = [];
const upstream = new Set(['contractor.updated', 'action.recorded', 'partner.scored', 'goal.created', 'goal.completed',
	'feedback.submitted', 'recalculation.requested']);

function readEvents(root) {
	const folder = path.join(root, 'schemas/events');
	const events = {};
	for (const file of fs.readdirSync(folder).sort())
		events[file.replace(/\.schema\.json$/, '')] = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
	return events;
}

// ---- JSON Schema ----

// A schema is one by 2020-12 and by draft-07, without keywords that nobody knows, and its examples are as it says.
function checkSchemas(events) {
	for (const [topic, schema] of Object.entries(events)) {
		const draft07 = { ...schema };
		delete draft07.$schema;
		draft07.definitions = draft07.$defs;
		for (const [name, Ajv, text] of [['2020-12', Ajv2020, schema], ['draft-07', Ajv07, draft07]]) {
			const options = { strict: name === '2020-12' ? 'log' : false, strictTypes: false, strictRequired: false,
				validateFormats: false, allErrors: true,
				logger: { log() {}, warn: (said) => problems.push(`${topic}: ${said}`), error: (said) => problems.push(`${topic}: ${said}`) } };
			let validate;
			try {
				validate = new Ajv(options).compile(text);
			} catch (error) {
				problems.push(`${topic}: no JSON Schema by ${name}: ${error.message}`);
				continue;
			}
			if (!(schema.examples || []).length)
				problems.push(`${topic}: has no example`);
			for (const [i, example] of (schema.examples || []).entries())
				if (!validate(example))
					problems.push(`${topic}: example ${i}: ${validate.errors.map((e) => e.instancePath + ' ' + e.message).join('; ')}`);
		}
	}
}

// ---- evolution ----

function resolve(root, schema) {
	return schema.$ref ? schema.$ref.slice(2).split('/').reduce((at, name) => at[name], root) : schema;
}

const DEEPEST = 200;

const types = (schema) => new Set([].concat(schema.type || ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']));

// Why something that is written by the one schema might not be read by the other.
function unread(reader, writer, roots, at, say) {
	reader = resolve(roots[0], reader);
	writer = resolve(roots[1], writer);
	if (at.length > DEEPEST)
		return; // a schema that refers to itself
	const allowed = types(reader);
	for (const type of types(writer))
		if (!allowed.has(type) && !(type === 'integer' && allowed.has('number')))
			say(`${at}: may be ${type}, which is not read`);
	for (const name of reader.required || [])
		if (!(writer.required || []).includes(name))
			say(`${at}.${name}: is demanded, but may be missing`);
	if (reader.enum)
		for (const value of writer.enum || ['anything'])
			if (!reader.enum.includes(value))
				say(`${at}: may be ${JSON.stringify(value)}, which is not read`);
	for (const [keyword, sign] of [['minimum', 1], ['maximum', -1], ['minLength', 1], ['maxLength', -1], ['minItems', 1], ['maxItems', -1]])
		if (reader[keyword] !== undefined && !(sign * writer[keyword] >= sign * reader[keyword]))
			say(`${at}: ${keyword} is ${reader[keyword]}, written ${writer[keyword]}`);
	for (const [name, property] of Object.entries(reader.properties || {}))
		if ((writer.properties || {})[name])
			unread(property, writer.properties[name], roots, `${at}.${name}`, say);
	if (reader.items && writer.items)
		unread(reader.items, writer.items, roots, `${at}[]`, say);
}

function removed(before, now, roots, at, say) {
	before = resolve(roots[0], before);
	now = resolve(roots[1], now);
	if (at.length > DEEPEST)
		return;
	for (const [name, property] of Object.entries(before.properties || {})) {
		if (!(now.properties || {})[name])
			say(`${at}.${name}: is gone`);
		else
			removed(property, now.properties[name], roots, `${at}.${name}`, say);
	}
	if (before.items && now.items)
		removed(before.items, now.items, roots, `${at}[]`, say);
}

// The rules stand in schemas/README.md.
function checkEvolution(released, events) {
	for (const [topic, before] of Object.entries(released.events)) {
		const now = events[topic];
		const say = (direction) => (text) => problems.push(`${topic}: not compatible with release ${released.version}, ${direction}: ${text}`);
		if (!now) {
			say('the topic')('is gone');
			continue;
		}
		unread(now, before, [now, before], '$', say('what was written before'));
		if (!upstream.has(topic))
			unread(before, now, [before, now], '$', say('who reads by that release'));
		removed(before, now, [before, now], '$', say('members'));
	}
}

// ---- AsyncAPI ----

async function parseAsyncApi(root) {
	const { document, diagnostics } = await fromFile(new Parser(), path.join(root, 'schemas/asyncapi.yaml')).parse();
	for (const { code, severity, message, path: at } of diagnostics)
		if (severity <= 1)
			problems.push(`asyncapi.yaml: ${at.join('.')}: ${message} (${code})`);
	return document;
}

// The same lines as pipeline-table's, of the document.
function describe(document) {
	const lines = [];
	for (const channel of document.channels().all()) {
		const kafka = channel.bindings().get('kafka').value();
		const config = kafka.topicConfiguration;
		lines.push(['topic', channel.address(), kafka.partitions, config['cleanup.policy'].join(), config['retention.ms'] || 0,
			config['max.message.bytes'] || 0].join(' '));
		if (kafka.topic !== channel.address())
			problems.push(`asyncapi.yaml: the binding of ${channel.address()} names ${kafka.topic}`);
	}
	for (const operation of document.operations().all()) {
		const worker = operation.tags().all()[0].name();
		const topic = operation.channels().all()[0].address();
		const group = operation.bindings().get('kafka');
		if (group && group.value().groupId.const !== worker)
			problems.push(`asyncapi.yaml: ${operation.id()} is of group ${group.value().groupId.const}`);
		lines.push([operation.action() === 'send' ? 'send' : group ? 'consume' : 'hold', worker, topic].join(' '));
	}
	return lines;
}

function checkMessages(document, events) {
	for (const channel of document.channels().all()) {
		const topic = channel.address();
		const message = channel.messages().all()[0];
		if (topic.endsWith('.dlq'))
			continue;
		if (message.payload().json().title !== events[topic].title)
			problems.push(`asyncapi.yaml: the payload of ${topic} is that of another topic`);
		if (message.examples().all().length !== events[topic].examples.length)
			problems.push(`asyncapi.yaml: not all examples of ${topic}`);
	}
}

function comparePipeline(lines, wanted) {
	for (const line of wanted.filter((l) => !lines.includes(l)))
		problems.push(`asyncapi.yaml lacks: ${line}`);
	for (const line of lines.filter((l) => !wanted.includes(l)))
		problems.push(`asyncapi.yaml says, but it is not so: ${line}`);
}

async function check(root, pipeline) {
	const events = readEvents(root);
	checkSchemas(events);
	checkEvolution(JSON.parse(fs.readFileSync(path.join(root, 'schemas/released.json'), 'utf8')), events);
	const document = await parseAsyncApi(root);
	if (document) {
		checkMessages(document, events);
		comparePipeline(describe(document), fs.readFileSync(pipeline, 'utf8').trim().split('\n'));
	}
	for (const problem of problems)
		console.log(problem);
	process.exitCode = problems.length ? 1 : 0;
}

const [, , command, root, argument] = process.argv;
if (command === 'release')
	fs.writeFileSync(path.join(root, 'schemas/released.json'), JSON.stringify({ version: argument, events: readEvents(root) }, null, 1) + '\n');
else
	check(root, argument);
