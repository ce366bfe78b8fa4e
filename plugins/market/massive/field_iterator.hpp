#pragma once

#include <cstdint>

#include <simdjson.h>

#include "wire_values.hpp"

namespace tsflow::market::massive::wire {

/// Goes over the fields of an object as simdjson's own iterator does, and made of the same steps. But it
/// hands out texts instead of values, and says at once where the JSON is broken: values wrapped in
/// results wrapped in pairs cost more to copy than to read.
class FieldIterator {
public:
    enum class At : std::uint8_t { field, end, broken };

    /// `object` has just been got or reset.
    simdjson_inline explicit FieldIterator(const simdjson::ondemand::object& object)
        : iter_(Inside{object}.iterator()), at_(iter_.is_open() ? load() : At::end) {}

    simdjson_inline At at() const noexcept { return at_; }
    /// Behind the key's quote; of a field only, as value().
    simdjson_inline const char* key() const noexcept { return key_; }
    simdjson_inline Token value() const noexcept { return value_; }
    /// A bracket closes where a value must be, which simdjson does not look at.
    simdjson_inline bool lacks_value() const noexcept {
        return *value_.data() == '}' || *value_.data() == ']';
    }

    simdjson_inline void advance() {
        if (may_be_bracket(*value_.data())) {
            if (lacks_value() || iter_.skip_child() != simdjson::SUCCESS) {
                at_ = At::broken;
                return;
            }
        } else {
            iter_.json_iter().return_current_and_advance();
            iter_.json_iter().ascend_to(iter_.depth());
        }
        bool more = false;
        if (iter_.has_next_field().get(more) != simdjson::SUCCESS) {
            at_ = At::broken;
        } else {
            at_ = more ? load() : At::end;
        }
    }

private:
    /// Brackets of both kinds, and no other character that a value begins with: with one comparison instead of four.
    static simdjson_inline bool may_be_bracket(char first) noexcept {
        constexpr int common = '[' & ']' & '{' & '}';
        return (first & common) == common;
    }

    /// An object that shows where it is.
    class Inside : public simdjson::ondemand::object {
    public:
        simdjson_inline explicit Inside(const object& other) : object(other) {}
        simdjson_inline simdjson::ondemand::value_iterator iterator() const { return iter; }
    };

    simdjson_inline At load() {
        simdjson::ondemand::raw_json_string key;
        if (iter_.field_key().get(key) != simdjson::SUCCESS ||
            iter_.field_value() != simdjson::SUCCESS) {
            return At::broken;
        }
        key_ = key.raw();
        value_ = {reinterpret_cast<const char*>(iter_.json_iter().peek()),
                  iter_.json_iter().peek_length()};
        return At::field;
    }

    simdjson::ondemand::value_iterator iter_;
    const char* key_ = nullptr;
    Token value_;
    At at_;
};

}  // namespace tsflow::market::massive::wire
