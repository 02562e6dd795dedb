// Makes of Kubernetes's OpenAPI documents and of CustomResourceDefinitions what kubeconform wants: a JSON Schema a kind, in
// OUT/GROUP/KIND_VERSION.json. A member that nobody knows is an error, as for kubectl apply --validate=strict.
//
// usage: schemas.js OUT FILE...    OpenAPI v3 (.json) or a CustomResourceDefinition (.yaml)
'use strict';
const fs = require('fs');
const path = require('path');
const yaml = require('js-yaml');

function strict(schema) {
	if (Array.isArray(schema))
		return schema.map(strict);
	if (!schema || typeof schema !== 'object')
		return schema;
	const copy = {};
	for (const [name, value] of Object.entries(schema)) {
		if (name === 'properties')
			copy.properties = Object.fromEntries(Object.entries(value).map(([key, property]) => [key, strict(property)]));
		else if (name !== 'default' && name !== 'description' && name !== 'enum')
			copy[name] = strict(value);
		else if (name === 'enum')
			copy.enum = value;
	}
	if (copy.properties && copy.additionalProperties === undefined && !copy['x-kubernetes-preserve-unknown-fields'])
		copy.additionalProperties = false;
	return copy;
}

function write(out, group, kind, version, schema) {
	const folder = path.join(out, group || version);
	fs.mkdirSync(folder, { recursive: true });
	fs.writeFileSync(path.join(folder, `${kind.toLowerCase()}_${version}.json`), JSON.stringify(schema));
}

function convertOpenApi(out, document) {
	const schemas = Object.fromEntries(Object.entries(document.components.schemas).map(([name, schema]) => [name, strict(schema)]));
	for (const [name, schema] of Object.entries(document.components.schemas))
		for (const { group, kind, version } of schema['x-kubernetes-group-version-kind'] || [])
			write(out, group, kind, version, { $ref: `#/components/schemas/${name}`, components: { schemas } });
}

// The parts that every object has are Kubernetes's own to check.
function convertDefinition(out, crd) {
	const { group, names, versions } = crd.spec;
	for (const { name, schema } of versions) {
		const converted = strict(schema.openAPIV3Schema);
		Object.assign(converted.properties, { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' } });
		write(out, group, names.kind, name, converted);
	}
}

const [, , out, ...files] = process.argv;
for (const file of files) {
	const document = yaml.load(fs.readFileSync(file, 'utf8'));
	if (document.components)
		convertOpenApi(out, document);
	else
		convertDefinition(out, document);
}
