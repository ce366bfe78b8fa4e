// A transform that puts rows aside as its options say, and that tells its secret in every way there is.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tsflow/builder.hpp"
#include "tsflow/error.hpp"
#include "tsflow/node.hpp"
#include "tsflow/plugin.hpp"

namespace {

class Refuse final : public tsflow::Transform {
public:
    static constexpr std::string_view name = "refuse";
    static constexpr std::string_view doc = "Puts aside what it is told to; passes on the rest.";
    struct Config {
        std::string column;
        std::int64_t multiples_of = 0;
        std::string as = "row";
        std::string reason = "a multiple";
        tsflow::Secret token;
        std::string tell = "nobody";
        std::string unit;
    };
    static void describe(tsflow::Options<Config>& o) {
        o.required("column", &Config::column, "Column of whole numbers to judge by")
            .such_as("volume");
        o.optional("multiples_of", &Config::multiples_of, "Refuses these; 0: nothing").at_least(0);
        o.optional("as", &Config::as, "What is put aside: the row, its number, or another row")
            .one_of({"row", "text", "own"});
        o.optional("reason", &Config::reason, "Told with each");
        o.optional("token", &Config::token, "A secret");
        o.optional("tell", &Config::tell, "Who is told the secret")
            .one_of({"nobody", "bind", "open", "log", "letter", "failure"});
        o.optional("unit", &Config::unit, "Passes nothing on, but claims this unit of the column");
    }
    explicit Refuse(Config config) : config_(std::move(config)) {}
    tsflow::Ports bind(const tsflow::Ports& inputs) override {
        const tsflow::SchemaPtr& schema = tsflow::only(inputs);
        column_ = schema->require(config_.column, tsflow::Type::float64, {}, "column");
        own_ = tsflow::Schema::make({{.name = "number", .type = tsflow::Type::int64}});
        tell("bind");
        if (config_.unit.empty()) {
            return tsflow::single(schema);
        }
        tsflow::Field field = (*schema)[column_];
        field.unit = config_.unit;
        return tsflow::single(tsflow::with_field(schema, std::move(field)));
    }
    void open(tsflow::Context& context) override {
        context_ = &context;
        tell("open");
    }
    void process(tsflow::Batch batch, tsflow::Emitter& out) override {
        const auto numbers = batch.column<double>(column_);
        std::vector<std::uint32_t> kept;
        for (std::uint32_t row = 0; row < numbers.size(); ++row) {
            const auto number = static_cast<std::int64_t>(numbers[row]);
            if (config_.multiples_of > 0 && number % config_.multiples_of == 0) {
                put_aside(batch, row, number);
            } else {
                kept.push_back(row);
            }
        }
        if (config_.tell == "log") {
            context_->log(tsflow::Level::debug, "the token is " + config_.token.reveal());
        }
        tell("failure");
        if (config_.unit.empty()) {
            out.emit(tsflow::take(batch, kept));
        }
    }

private:
    void tell(const std::string& whom) const {
        if (config_.tell == whom) {
            throw tsflow::Error("cannot log in with " + config_.token.reveal());
        }
    }
    void put_aside(const tsflow::Batch& batch, std::uint32_t row, std::int64_t number) {
        if (config_.tell == "letter") {
            context_->reject("text with " + config_.token.reveal(), "no text");
            context_->reject(batch, row, "not accepted with " + config_.token.reveal());
        } else if (config_.as == "text") {
            context_->reject("\xff" + std::to_string(number), config_.reason);
        } else if (config_.as == "own") {
            tsflow::BatchBuilder rows(own_);
            rows.push(0, number);
            context_->reject(rows.finish(), 0, config_.reason);
        } else {
            context_->reject(batch, row, config_.reason);
        }
    }

    Config config_;
    std::size_t column_ = 0;
    tsflow::SchemaPtr own_;
    tsflow::Context* context_ = nullptr;
};

}  // namespace

TSFLOW_PLUGIN("refuse", "1.0.0") {
    plugin.add<Refuse>();
}
