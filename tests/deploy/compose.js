// usage: compose.js DEPLOY SCHEMA    holds DEPLOY/compose.yaml against SCHEMA and the files that it mounts
'use strict';
const fs = require('fs');
const path = require('path');
const yaml = require('js-yaml');
const Ajv2019 = require('ajv/dist/2019');

const [, , deploy, schemaFile] = process.argv;
const compose = yaml.load(fs.readFileSync(path.join(deploy, 'compose.yaml'), 'utf8'));
const problems = [];

// Its "id" is that of older drafts, and its "$schema" has a fragment: the validator takes neither.
const schema = JSON.parse(fs.readFileSync(schemaFile, 'utf8'), (key, value) => (key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value));
const validate = new Ajv2019({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
if (!validate(compose))
	problems.push(...validate.errors.map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`));
for (const [name, service] of Object.entries(compose.services || {})) {
	for (const other of Object.keys(service.depends_on || {}))
		if (!compose.services[other])
			problems.push(`${name} depends on ${other}, which is not there`);
	for (const network of service.networks || [])
		if (!(network in compose.networks))
			problems.push(`${name} is in network ${network}, which is not there`);
	for (const volume of service.volumes || []) {
		const [source] = volume.split(':');
		if (source.startsWith('.') ? !fs.existsSync(path.join(deploy, source)) : !(source in compose.volumes))
			problems.push(`${name} mounts ${source}, which is not there`);
	}
	for (const port of service.ports || [])
		if (!port.startsWith('127.0.0.1:'))
			problems.push(`${name} listens to everybody: ${port}`);
	if (service.build && !fs.existsSync(path.join(deploy, service.build.context, service.build.dockerfile)))
		problems.push(`${name}: ${service.build.dockerfile} is not there`);
}
for (const worker of ['cohort-analyzer', 'matcher', 'goal-enricher', 'success-tracker'])
	if (!compose.services[worker] || compose.services[worker].command[0] !== `/usr/bin/${worker}`)
		problems.push(`${worker} does not run`);
for (const problem of problems)
	console.log(problem);
process.exitCode = problems.length ? 1 : 0;
