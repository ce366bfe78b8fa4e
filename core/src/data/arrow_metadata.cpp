#include "data/arrow_metadata.hpp"

#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "tsflow/error.hpp"

namespace tsflow {

namespace {

constexpr std::string_view unit_key = "tsflow.unit";
constexpr std::string_view key_key = "tsflow.key";
constexpr std::string_view event_time_key = "tsflow.event_time";

void append_int(std::string& out, std::size_t value) {
    const auto word = static_cast<std::int32_t>(value);
    char bytes[sizeof word];
    std::memcpy(bytes, &word, sizeof word);
    out.append(bytes, sizeof word);
}

/// Reads Arrow's encoded pairs. They carry no total length, so only lengths below zero show as
/// wrong.
class MetadataReader {
public:
    MetadataReader(const char* bytes, std::string_view field) : at_(bytes), field_(field) {}
    std::int32_t integer() {
        std::int32_t value = 0;
        std::memcpy(&value, at_, sizeof value);
        at_ += sizeof value;
        if (value < 0) {
            throw Error("the metadata of Arrow field '" + std::string{field_} +
                        "' holds the length " + std::to_string(value));
        }
        return value;
    }
    std::string_view text() {
        const auto length = static_cast<std::size_t>(integer());
        const std::string_view text{at_, length};
        at_ += length;
        return text;
    }

private:
    const char* at_;
    std::string_view field_;
};

}  // namespace

std::string encode_metadata(const Field& field) {
    std::vector<std::pair<std::string_view, std::string_view>> pairs;
    if (!field.unit.empty()) {
        pairs.emplace_back(unit_key, field.unit);
    }
    if (field.key) {
        pairs.emplace_back(key_key, "true");
    }
    if (field.event_time) {
        pairs.emplace_back(event_time_key, "true");
    }
    std::string out;
    if (!pairs.empty()) {
        append_int(out, pairs.size());
        for (const auto& [key, value] : pairs) {
            append_int(out, key.size());
            out += key;
            append_int(out, value.size());
            out += value;
        }
    }
    return out;
}

void decode_metadata(Field& field, const char* metadata) {
    if (metadata == nullptr) {
        return;
    }
    MetadataReader in(metadata, field.name);
    const std::int32_t pairs = in.integer();
    for (std::int32_t i = 0; i < pairs; ++i) {
        const std::string_view key = in.text();
        const std::string_view value = in.text();
        if (key == unit_key) {
            field.unit = value;
        } else if (key == key_key) {
            field.key = value == "true";
        } else if (key == event_time_key) {
            field.event_time = value == "true";
        }
    }
}

}  // namespace tsflow
