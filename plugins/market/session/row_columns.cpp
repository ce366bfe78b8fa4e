#include "session/row_columns.hpp"

namespace tsflow::market {

Field key_field(const std::string& name, Type type) {
    return {name, type, false, "", true, false};
}

Field plain_field(const std::string& name, Type type, const std::string& unit) {
    return {name, type, false, unit, false, false};
}

Field nullable_field(const std::string& name, Type type, const std::string& unit) {
    return {name, type, true, unit, false, false};
}

void append_header(std::vector<Field>& fields) {
    fields.push_back(plain_field("session", Type::symbol));
    fields.push_back(plain_field("status", Type::symbol));
    fields.push_back(plain_field("as_of", Type::timestamp));
    fields.push_back(plain_field("seq", Type::int64));
    fields.push_back(plain_field("rev", Type::int64));
}

void append_counts(std::vector<Field>& fields) {
    for (const char* name : {"n_members", "n_eligible", "n_reporting"}) {
        fields.push_back(plain_field(name, Type::int64, "count"));
    }
}

RowColumns& RowColumns::publication(const Stamp& stamp) {
    static const Symbol regular = Symbol::intern("rth");
    return all(regular).all(to_symbol(stamp.status)).all(stamp.as_of).all(stamp.sequence);
}

}  // namespace tsflow::market
