// node validate.mjs TSFLOW PROJECT: what the schemas accept and refuse, checked with Ajv.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020.js";
import { parse } from "smol-toml";

const [tsflow, project] = process.argv.slice(2);
let passed = 0;
let failed = 0;

function check(what, holds, detail) {
    holds ? passed++ : failed++;
    if (!holds) {
        console.log(`FAILED: ${what}${detail ? `\n${detail}` : ""}`);
    }
}

const print = (...command) => execFileSync(tsflow, ["plugins", ...command], { encoding: "utf8" });

// Editors hand on TOML's dates as their text.
const plain = (toml) => JSON.parse(JSON.stringify(parse(toml)));

function compile(text) {
    return new Ajv2020({ strict: true, allErrors: true }).compile(
        JSON.parse(text),
    );
}

const explain = (validate) => JSON.stringify(validate.errors, null, 2);

const validate = compile(print("schema"));

for (const name of readdirSync(join(project, "pipelines")).filter((n) => n.endsWith(".toml"))) {
    const file = plain(readFileSync(join(project, "pipelines", name), "utf8"));
    check(`pipelines/${name} is valid`, validate(file), explain(validate));
}

for (const { type, kind } of JSON.parse(print("list", "--format", "json")).types) {
    const sample = plain(print("describe", type, "--sample").replace('"NODE"', '"node.port"'));
    const table = sample[`${kind}s`][type];
    const one = compile(print("describe", type, "--json"));
    check(`the sample of ${type} fits its own schema`, one(table), explain(one));
    check(`${type} refuses an unknown key`, !one({ ...table, unknown_key: 1 }));
    check(`${type} refuses another type`, !one({ ...table, type: "another" }));

    const rest = plain(`
        [sources.any_source]
        type = "generator"
        [sinks.any_sink]
        type = "blackhole"
        inputs = ["any_source"]`);
    rest[`${kind}s`] = { ...rest[`${kind}s`], node: table };
    check(`the sample of ${type} fits the schema of the file`, validate(rest), explain(validate));
}

// Whole files: small variations of one that is right.
const source = '[sources.numbers]\ntype = "generator"\n';
const probes = '[sources.numbers]\ntype = "sensor"\n';  // of tests/broken
const sink = '[sinks.nothing]\ntype = "blackhole"\ninputs = ["numbers"]\n';
const accepted = {
    "the file as it is": source + sink,
    "all keys of the pipeline":
        '[pipeline]\nname = "x"\nstate_dir = "var/x"\ncheckpoint_interval = "1m30s"\n' +
        'shutdown_timeout = "0.5s"\nidle_timeout = "${IDLE:-30s}"\n' + source + sink,
    "a variable for a number": source + 'rows = "${ROWS}"\n' + sink,
    "a queue": source + sink + 'queue = { batches = 1, bytes = "64 MiB", when_full = "conflate" }\n',
    "a queue of so many bytes": source + sink + "queue = { bytes = 4096 }\n",
    "a retry": source + sink + 'retry = { attempts = 3, initial = "10ms", max = "1s" }\n',
    "an error policy": source + 'on_error = "isolate"\n' + sink,
    "a port": source + sink.replace('"numbers"', '"numbers.out"'),
    "a list of tables": probes + '[[sources.numbers.probes]]\nplace = "a"\n' +
        '[[sources.numbers.probes]]\nplace = "b"\ndepth = "${DEPTH}"\n' + sink,
    "an empty list of tables": probes + "probes = []\n" + sink,
    "named inputs": source + sink.replace('["numbers"]', '{ left = "numbers", right = "numbers.out" }'),
};
const refused = {
    "no sink": source,
    "no source": sink,
    "an unknown section": source + sink + "[nodes.x]\n",
    "an unknown key of the pipeline": '[pipeline]\nnames = "x"\n' + source + sink,
    "a duration without a unit": '[pipeline]\nidle_timeout = "5"\n' + source + sink,
    "a duration as a number": "[pipeline]\nidle_timeout = 5\n" + source + sink,
    "an unknown type": source.replace("generator", "generater") + sink,
    "a type of another kind": source.replace("generator", "blackhole") + sink,
    "a missing type": "[sources.numbers]\n" + sink,
    "an unknown option": source + "row = 1\n" + sink,
    "an option of another type": source + 'rows = "many"\n' + sink,
    "an option out of range": source + "rows = -1\n" + sink,
    "a table for a list of tables": probes + '[sources.numbers.probes]\nplace = "a"\n' + sink,
    "an unknown key in a list of tables": probes + 'probes = [{ place = "a", x = 1 }]\n' + sink,
    "a missing key in a list of tables": probes + "probes = [{ depth = 1 }]\n" + sink,
    "a value out of range in a list of tables":
        probes + 'probes = [{ place = "a", depth = 101 }]\n' + sink,
    "too many tables in a list":
        probes + `probes = [${'{ place = "a" },'.repeat(4)}]\n` + sink,
    "missing inputs": source + sink.replace('inputs = ["numbers"]\n', ""),
    "no inputs": source + sink.replace('"numbers"', ""),
    "inputs as a string": source + sink.replace('["numbers"]', '"numbers"'),
    "an input that is no name": source + sink.replace('"numbers"', '"the numbers"'),
    "inputs of a source": source + 'inputs = ["numbers"]\n' + sink,
    "a queue of a source": source + "queue = { batches = 1 }\n" + sink,
    "a queue for no batch": source + sink + "queue = { batches = 0 }\n",
    "an unknown policy": source + sink + 'queue = { when_full = "wait" }\n',
    "an unknown error policy": source + 'on_error = "ignore"\n' + sink,
    "an id that is no name": source.replace("numbers", "Numbers") + sink,
};
for (const [what, text] of Object.entries(accepted)) {
    check(`${what} is accepted`, validate(plain(text)), explain(validate));
}
for (const [what, text] of Object.entries(refused)) {
    check(`${what} is refused`, !validate(plain(text)));
}

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
