#include "runtime/probe.hpp"

#include <filesystem>
#include <optional>
#include <system_error>

#include "runtime/node_context.hpp"
#include "runtime/state_dir.hpp"
#include "runtime/system_clock.hpp"
#include "tsflow/error.hpp"

namespace tsflow {
namespace {

/// The node's folder if an earlier run made it: a probe writes nothing.
std::filesystem::path existing_folder(const std::optional<std::filesystem::path>& state_dir,
                                      const std::string& path) {
    if (!state_dir) {
        return {};
    }
    std::filesystem::path folder = node_folder(*state_dir, path);
    std::error_code ignored;
    return std::filesystem::is_directory(folder, ignored) ? folder : std::filesystem::path{};
}

/// What the node says while it looks stands in the report beside what it throws.
class ProbeContext final : public Context {
public:
    ProbeContext(Context& context, const NodeSpec& spec, Diagnostics& diagnostics)
        : context_(context), spec_(spec), diagnostics_(diagnostics) {}

    void log(Level level, std::string_view message) override {
        if (level == Level::error) {
            diagnostics_.error(spec_.at, spec_.path, std::string{message});
        } else if (level == Level::warning) {
            diagnostics_.warning(spec_.at, spec_.path, std::string{message});
        }
    }
    std::string_view node() const noexcept override { return context_.node(); }
    std::string_view pipeline() const noexcept override { return context_.pipeline(); }
    Counter& counter(std::string_view name) override { return context_.counter(name); }
    Gauge& gauge(std::string_view name) override { return context_.gauge(name); }
    const Clock& clock() const noexcept override { return context_.clock(); }
    bool stopping() const noexcept override { return context_.stopping(); }
    bool sleep_for(Duration duration) override { return context_.sleep_for(duration); }
    std::uint64_t reloads() const noexcept override { return context_.reloads(); }
    std::filesystem::path state_dir() override { return context_.state_dir(); }
    void reject(const Batch& batch, std::size_t row, std::string_view reason) override {
        context_.reject(batch, row, reason);
    }
    void reject(std::string_view raw, std::string_view reason) override {
        context_.reject(raw, reason);
    }

private:
    Context& context_;
    const NodeSpec& spec_;
    Diagnostics& diagnostics_;
};

}  // namespace

void probe(Plan& plan, Diagnostics& diagnostics) {
    Log log(LogFormat::text, Level::error, [](std::string_view) {});
    const SystemClock clock;
    RunControl control;
    const LetterRules counted_only;
    for (const PlannedNode& node : plan.nodes) {
        const NodeSpec& spec = node.spec;
        DeadLetters dead_letters(spec.path, counted_only);
        NodeContext own(spec.path, node.inputs, plan.pipeline.name, log, clock, control.state(),
                        dead_letters, existing_folder(plan.pipeline.state_dir, spec.path));
        ProbeContext context(own, spec, diagnostics);
        try {
            node.node->probe(context);
        } catch (const std::exception& error) {
            diagnostics.error(spec.at, spec.path, error.what());
        }
    }
}

}  // namespace tsflow
