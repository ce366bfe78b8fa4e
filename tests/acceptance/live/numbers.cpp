// A live source for tests: each number is sent once, whatever happens to the process, because how far it
// has come lies in a file that is mapped into memory, which outlives a kill.

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tsflow/builder.hpp"
#include "tsflow/plugin.hpp"

namespace tsflow {
namespace {

constexpr std::int64_t most_lives = 1000;

/// The file: what the test reads to know what there must be.
struct Sent {
    std::int64_t next;               ///< the first number that was not sent yet
    std::int64_t lives;              ///< how often the source was opened
    std::int64_t first[most_lives];  ///< number that each life began with
};

SchemaPtr schema() {
    static const SchemaPtr schema =
        Schema::make({{.name = "number", .type = Type::int64, .key = true},
                      {.name = "time", .type = Type::timestamp, .event_time = true},
                      {.name = "life", .type = Type::int64},
                      {.name = "name", .type = Type::symbol}});
    return schema;
}

class Numbers final : public Source {
public:
    static constexpr std::string_view name = "numbers";
    static constexpr std::string_view doc = "Sends each number once.";
    struct Config {
        std::filesystem::path sent;
        std::int64_t rows = 1000;
        std::int64_t batch = 10;
        Duration pause{0};
    };
    static void describe(Options<Config>& o) {
        o.required("sent", &Config::sent, "File of what was sent").such_as("sent");
        o.optional("rows", &Config::rows, "Numbers");
        o.optional("batch", &Config::batch, "Numbers in a batch; each poll sends two batches");
        o.optional("pause", &Config::pause, "Wait before each poll");
    }
    explicit Numbers(Config config) : config_(std::move(config)) {}
    ~Numbers() override {
        if (sent_ != nullptr) {
            ::munmap(sent_, sizeof(Sent));
        }
    }

    Ports outputs() const override { return single(schema()); }
    void open(Context& context) override {
        context_ = &context;
        const int file = ::open(config_.sent.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (file < 0 || ::ftruncate(file, sizeof(Sent)) != 0) {
            throw Error("cannot open '" + config_.sent.string() + "'");
        }
        void* mapped = ::mmap(nullptr, sizeof(Sent), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        ::close(file);
        if (mapped == MAP_FAILED) {
            throw Error("cannot map '" + config_.sent.string() + "'");
        }
        sent_ = static_cast<Sent*>(mapped);
        if (sent_->lives == most_lives) {
            throw Error("was opened too often");
        }
        sent_->first[sent_->lives++] = sent_->next;
    }
    Poll poll(Emitter& out, Millis) override {
        context_->sleep_for(config_.pause);
        for (int i = 0; i < 2; ++i) {
            BatchBuilder rows(schema());
            std::int64_t number = sent_->next;
            const std::int64_t end = std::min(config_.rows, number + config_.batch);
            sent_->next = end;
            for (; number < end; ++number) {
                rows.push(0, number);
                rows.push(1, Timestamp{std::chrono::seconds{number}});
                rows.push(2, sent_->lives);
                rows.push(3, Symbol::intern("n" + std::to_string(number % 1000)));
            }
            out.emit(rows.finish());
        }
        out.watermark(Timestamp{std::chrono::seconds{sent_->next}});
        return sent_->next < config_.rows ? Poll::more : Poll::done;
    }

private:
    Config config_;
    Context* context_ = nullptr;
    Sent* sent_ = nullptr;
};

}  // namespace
}  // namespace tsflow

TSFLOW_PLUGIN("numbers", "1.0.0") {
    plugin.add<tsflow::Numbers>();
}
