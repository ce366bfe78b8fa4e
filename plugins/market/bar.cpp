#include "market/bar.hpp"

namespace tsflow::market {

static_assert(std::tuple_size_v<decltype(Bar::columns())> == bar_column::count);

const SchemaPtr& bar_schema() {
    static const SchemaPtr schema = schema_of<Bar>();
    return schema;
}

}  // namespace tsflow::market
