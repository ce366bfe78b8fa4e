#include "runtime/conflate.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <unordered_set>
#include <vector>

namespace tsflow {
namespace {

template <class T>
void append_bytes(std::string& out, T value) {
    char bytes[sizeof(T)];
    std::memcpy(bytes, &value, sizeof(T));
    out.append(bytes, sizeof(T));
}

void append_key(std::string& out, const Batch& batch, std::size_t column, std::size_t row) {
    switch ((*batch.schema())[column].type) {
        case Type::boolean:
            append_bytes(out, batch.column<bool>(column)[row]);
            break;
        case Type::int64:
            append_bytes(out, batch.column<std::int64_t>(column)[row]);
            break;
        case Type::float64:
            append_bytes(out, batch.column<double>(column)[row]);
            break;
        case Type::timestamp:
            append_bytes(out, batch.column<Timestamp>(column)[row].time_since_epoch().count());
            break;
        case Type::date:
            append_bytes(out, batch.column<Date>(column)[row].time_since_epoch().count());
            break;
        case Type::symbol:
            append_bytes(out, batch.column<Symbol>(column)[row].code());
            break;
        case Type::string: {
            const std::string_view text = batch.strings(column)[row];
            append_bytes(out, text.size());
            out += text;
            break;
        }
    }
}

}  // namespace

Batch conflate(std::span<const Batch> batches) {
    Batch all = concat(batches);
    const std::vector<std::size_t>& key = all.schema()->key();
    std::unordered_set<std::string> seen;
    std::vector<std::uint32_t> latest;
    std::string bytes;
    for (std::size_t row = all.rows(); row-- > 0;) {
        bytes.clear();
        for (const std::size_t column : key) {
            append_key(bytes, all, column, row);
        }
        if (seen.insert(bytes).second) {
            latest.push_back(static_cast<std::uint32_t>(row));
        }
    }
    if (latest.size() == all.rows()) {
        return all;
    }
    std::reverse(latest.begin(), latest.end());
    return take(all, latest);
}

}  // namespace tsflow
