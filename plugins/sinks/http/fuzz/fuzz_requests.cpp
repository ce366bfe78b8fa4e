#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api/parameters.hpp"
#include "api/push.hpp"
#include "api/select.hpp"
#include "tables/tables.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/schema.hpp"

namespace {

using namespace tsflow;

/// One table with a column of each type, and a few rows.
http::Tables& tables() {
    static http::Tables all = [] {
        const SchemaPtr schema = Schema::make({{"symbol", Type::symbol, false, "", true},
                                               {"time", Type::timestamp, false, "", true, true},
                                               {"close", Type::float64, true},
                                               {"count", Type::int64},
                                               {"day", Type::date},
                                               {"good", Type::boolean},
                                               {"note", Type::string}});
        http::Tables made({{"bars", schema}}, {});
        BatchBuilder rows(schema);
        for (int i = 0; i < 3; ++i) {
            rows.push(0, i == 0 ? "AAPL" : "MSFT");
            rows.push(1, Timestamp{std::chrono::minutes{i}});
            rows.push(2, 50.0 + i);
            rows.push(3, std::int64_t{i});
            rows.push(4, Date{Date::duration{i}});
            rows.push(5, i == 1);
            rows.push(6, "x");
        }
        made.apply(0, rows.finish());
        return made;
    }();
    return all;
}

}  // namespace

/// Whatever is asked for: an answer, or BadRequest; and the rows go on behind every cursor that is given.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    static http::Push push(tables(), "epoch");
    http::Subscriber subscriber(push);
    subscriber.take(text);
    subscriber.next();
    try {
        const http::Target target = http::parse_target(text);
        target.time("since");
        const http::Table& table = tables()[0];
        if (http::select(table, http::parse_row_query(table, target)).slots.size() > table.rows()) {
            std::abort();
        }
    } catch (const http::BadRequest&) {
    }
    return 0;
}
