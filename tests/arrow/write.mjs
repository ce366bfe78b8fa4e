// write.mjs FILE: writes the buffers of vectors made by Apache Arrow, whole and sliced, with the values
// they hold.
import { writeFileSync } from 'node:fs';
import { Vector, makeData, vectorFromArray } from 'apache-arrow';
import { plainValue, typeOf } from './types.mjs';

const rows = 70;
const each = (value) => Array.from({ length: rows }, (_, row) => value(row));
const sometimes = (values) => values.map((value, row) => (row % 5 === 3 ? null : value));
const texts = ['', 'MSFT', 'caf\u00e9', '\u20ac 5', '\u{1f600}', 'NULL', 'NaN'];

/** Nanoseconds since 1970; by its buffer, because vectorFromArray takes milliseconds. */
function timestamps(nulls) {
    const values = new BigInt64Array(rows);
    const nullBitmap = new Uint8Array(Math.ceil(rows / 8));
    let nullCount = 0;
    for (let row = 0; row < rows; ++row) {
        values[row] = 1460727000000000001n + BigInt(row) * 86400000000007n * (row % 2 ? 1n : -1n);
        if (nulls && row % 5 === 3) {
            nullCount += 1;
        } else {
            nullBitmap[row >> 3] |= 1 << (row & 7);
        }
    }
    const type = typeOf('tsn:UTC');
    return new Vector([makeData({ type, length: rows, nullCount, nullBitmap, data: values })]);
}

const made = {
    b: each((row) => row % 3 === 0),
    l: each((row) => (row % 2 ? -1n : 1n) * (9223372036854775807n - BigInt(row))),
    g: each((row) => [0.1 + row, -0, NaN, -Infinity, 5e-324][row % 5]),
    tdD: each((row) => new Date(Date.UTC(1960, 1, 27 + row * 300))),
    u: each((row) => texts[row % texts.length].repeat(row % 3)),
    i: each((row) => texts[(row * 3) % texts.length]),
};

const columns = Object.entries(made).flatMap(([format, values]) => [
    { format, nullable: false, vector: vectorFromArray(values, typeOf(format)) },
    { format, nullable: true, vector: vectorFromArray(sometimes(values), typeOf(format)) },
]);
columns.push({ format: 'tsn:UTC', nullable: false, vector: timestamps(false) });
columns.push({ format: 'tsn:UTC', nullable: true, vector: timestamps(true) });

const hex = (array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('hex');

/** The typed array from row 0 on: a slice of a vector starts its arrays at its offset, Arrow's C data
    interface does not. Bitmaps are whole in both. */
function fromStart(array, offset) {
    const start = array.byteOffset - offset * array.BYTES_PER_ELEMENT;
    return new array.constructor(array.buffer, start, array.length + offset);
}

function arrayOf(vector, format) {
    const [data] = vector.data;
    const { offset, length, nullCount } = data;
    const bitmap = nullCount > 0 ? hex(data.nullBitmap) : null;
    const buffers = {
        b: () => [bitmap, hex(data.values)],
        u: () => [bitmap, hex(fromStart(data.valueOffsets, offset)), hex(data.values)],
    }[format] ?? (() => [bitmap, hex(fromStart(data.values, offset))]);
    return { length, offset, null_count: nullCount, buffers: buffers() };
}

function batchOf(from, to) {
    return columns.map(({ format, nullable, vector }, index) => {
        const part = vector.slice(from, to);
        const dictionary = part.data[0]?.dictionary;
        return {
            name: `column${index}`,
            format,
            nullable,
            ...arrayOf(part, format),
            ...(dictionary && { dictionary: arrayOf(dictionary, 'u') }),
            values: Array.from({ length: part.length }, (_, row) => plainValue(part, format, row)),
        };
    });
}

const batches = [batchOf(0, rows), batchOf(3, 12), batchOf(8, 9), batchOf(17, 70), batchOf(20, 20)];
writeFileSync(process.argv[2], JSON.stringify(batches));
console.log(`apache-arrow wrote ${batches.length} batches of ${columns.length} columns`);
