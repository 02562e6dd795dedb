// What schemas cannot tell of rendered manifests. Prints what does not fit and exits 1.
//
// usage: check.js ROOT RENDERED ENVIRONMENT ACLS   ENVIRONMENT gets the variables of configuration, NAME=VALUE a line; ACLS is what
// `growthctl acls --json` writes
'use strict';
const fs = require('fs');
const path = require('path');
const yaml = require('js-yaml');

const LEAVES_WITHIN = 10; // s, a worker after SIGTERM
const [, , root, rendered, environment, rights] = process.argv;
const objects = yaml.loadAll(fs.readFileSync(rendered, 'utf8'));
const asyncapi = yaml.load(fs.readFileSync(path.join(root, 'schemas/asyncapi.yaml'), 'utf8'));
const acls = JSON.parse(fs.readFileSync(rights, 'utf8'));
const problems = [];
const of = (kind) => objects.filter((object) => object.kind === kind);
const named = (kind, name) => of(kind).some((object) => object.metadata.name === name);
const workers = [...new Set(Object.values(asyncapi.operations).map((operation) => operation.tags[0].name))];

function expect(condition, text) {
	if (!condition)
		problems.push(text);
}

function pods() {
	return [...of('Deployment'), ...of('Job')].map((object) => [object, object.spec.template.spec]);
}

function checkHardening(object, pod) {
	const name = object.metadata.name;
	expect(pod.securityContext.runAsNonRoot && pod.securityContext.seccompProfile.type === 'RuntimeDefault', `${name}: runs as root, or without seccomp`);
	expect(pod.enableServiceLinks === false, `${name}: variables of Kubernetes's would be taken for configuration`);
	expect(pod.automountServiceAccountToken === false, `${name}: has a token of the API`);
	for (const container of [...(pod.initContainers || []), ...pod.containers]) {
		const context = container.securityContext;
		expect(context.readOnlyRootFilesystem && !context.allowPrivilegeEscalation && context.capabilities.drop.includes('ALL'),
			`${name}: ${container.name} may do more than it has to`);
		expect(container.resources.requests && container.resources.limits.memory, `${name}: ${container.name} has no limits`);
	}
}

function checkDeployment(object) {
	const pod = object.spec.template.spec;
	const [container] = pod.containers;
	const name = object.metadata.name;
	const labels = object.spec.template.metadata.labels;
	expect(container.livenessProbe && container.readinessProbe && container.startupProbe, `${name}: lacks a probe`);
	expect(pod.terminationGracePeriodSeconds > container.lifecycle.preStop.sleep.seconds + LEAVES_WITHIN, `${name}: is killed before it has left`);
	for (const constraint of pod.topologySpreadConstraints)
		expect(constraint.labelSelector.matchLabels['app.kubernetes.io/component'] === labels['app.kubernetes.io/component'], `${name}: is spread with others`);
	for (const kind of ['PodDisruptionBudget', 'NetworkPolicy', 'ServiceAccount'])
		expect(named(kind, name), `${name}: has no ${kind}`);
	expect(named('ServiceAccount', pod.serviceAccountName), `${name}: its ServiceAccount is not there`);
}

function checkReferences(name, container) {
	for (const { configMapRef } of container.envFrom)
		expect(named('ConfigMap', configMapRef.name), `${name}: ConfigMap ${configMapRef.name} is not there`);
}

function writeEnvironment() {
	const lines = new Set(pods().flatMap(([object, pod]) => [...(pod.initContainers || []), ...pod.containers].flatMap((container) => {
		checkReferences(object.metadata.name, container);
		const maps = container.envFrom.map(({ configMapRef }) => of('ConfigMap').find((map) => map.metadata.name === configMapRef.name));
		const variables = { ...Object.assign({}, ...maps.map((map) => map && map.data)) };
		for (const { name, value } of container.env)
			variables[name] = value === undefined ? 'x' : value;
		return Object.entries(variables).filter(([key]) => key.startsWith('GROWTH_')).map(([key, value]) => `${key}=${value}`);
	})));
	fs.writeFileSync(environment, [...lines].join('\n') + '\n');
}

// ---- Kafka ----

const topicOf = (operation) => asyncapi.channels[operation.channel.$ref.split('/').pop()].address;

const rightsOf = (entries) => new Set(entries.flatMap(([resource, operations]) => operations.map((operation) => `${resource} ${operation}`)));

function compare(what, found, wanted) {
	for (const right of found)
		expect(wanted.has(right), `${what}: ${right} is too much`);
	for (const right of wanted)
		expect(found.has(right), `${what}: ${right} is missing`);
}

// What growthctl gives a worker, against what schemas/asyncapi.yaml says that it does.
function checkAcls(worker) {
	const operations = Object.values(asyncapi.operations).filter((o) => o.tags[0].name === worker);
	const said = operations.map((o) => [`topic ${topicOf(o)}`, [o.action === 'send' ? 'Write' : 'Read', 'Describe']]);
	const given = acls.filter((acl) => acl.principal === `User:growth-${worker}` && acl.resource === 'topic');
	compare(`growthctl acls, ${worker}`, rightsOf(given.map((acl) => [`topic ${acl.name}`, acl.operations])), rightsOf(said));
}

function checkUsers() {
	const key = (name, type, resource, pattern) => `${name}: ${type} ${resource} (${pattern === 'prefixed' ? 'prefix' : pattern})`;
	const users = of('KafkaUser').flatMap((user) => user.spec.authorization.acls.map(({ resource, operations }) =>
		[key(user.metadata.name, resource.type, resource.name, resource.patternType), operations]));
	compare('KafkaUsers', rightsOf(users), rightsOf(acls.map((acl) =>
		[key(acl.principal.slice('User:'.length), acl.resource, acl.name, acl.pattern), acl.operations])));
}

function checkTopics() {
	const topics = new Map(of('KafkaTopic').map((object) => [object.metadata.name, object.spec]));
	for (const channel of Object.values(asyncapi.channels)) {
		const topic = topics.get(channel.address);
		const { partitions, topicConfiguration } = channel.bindings.kafka;
		topics.delete(channel.address);
		if (!topic) {
			problems.push(`there is no KafkaTopic ${channel.address}`);
			continue;
		}
		expect(topic.partitions === partitions, `KafkaTopic ${channel.address} has ${topic.partitions} partitions`);
		for (const [key, value] of Object.entries(topicConfiguration))
			expect(String(topic.config[key]) === String(value), `KafkaTopic ${channel.address}: ${key} is ${topic.config[key]}`);
	}
	for (const name of topics.keys())
		problems.push(`KafkaTopic ${name} is not in asyncapi.yaml`);
}

function checkScaling(worker) {
	const scaled = of('ScaledObject').find((object) => object.spec.scaleTargetRef.name === `growth-${worker}`);
	expect(scaled && scaled.spec.triggers[0].metadata.consumerGroup === worker, `growth-${worker} does not follow the lag of its group`);
	expect(scaled && scaled.spec.minReplicaCount >= 1, `growth-${worker} is scaled to none`);
}

for (const [object, pod] of pods())
	checkHardening(object, pod);
for (const worker of workers)
	expect(named('Deployment', `growth-${worker}`), `there is no Deployment growth-${worker}`);
of('Deployment').forEach(checkDeployment);
writeEnvironment();
if (of('KafkaUser').length) {
	checkTopics();
	workers.forEach(checkAcls);
	checkUsers();
}
if (of('ScaledObject').length)
	workers.forEach(checkScaling);
for (const problem of problems)
	console.log(problem);
process.exitCode = problems.length ? 1 : 0;
