#include "instrumentation/pass/lanes.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsX86.h"

namespace hbsan {
namespace {

using llvm::Intrinsic::ID;

// A call's arguments by role; what an intrinsic lacks is absent.
struct Roles {
  LaneShape shape;
  int pointer;
  int mask;
  int value = -1;  // Stored value; absent in loads.
  int align = -1;  // As an immediate; otherwise an attribute of the pointer.
  int operand = -1;
  int count = -1;
};

constexpr std::optional<Roles> RolesOf(ID id) {
  using Shape = LaneShape;
  switch (id) {
    case llvm::Intrinsic::masked_load:
      return Roles{.shape = Shape::kContiguous, .pointer = 0, .mask = 2, .align = 1};
    case llvm::Intrinsic::masked_store:
      return Roles{.shape = Shape::kContiguous, .pointer = 1, .mask = 3, .value = 0, .align = 2};
    case llvm::Intrinsic::masked_gather:
      return Roles{.shape = Shape::kPointers, .pointer = 0, .mask = 2, .align = 1};
    case llvm::Intrinsic::masked_scatter:
      return Roles{.shape = Shape::kPointers, .pointer = 1, .mask = 3, .value = 0, .align = 2};
    case llvm::Intrinsic::masked_expandload:
      return Roles{.shape = Shape::kPacked, .pointer = 0, .mask = 1};
    case llvm::Intrinsic::masked_compressstore:
      return Roles{.shape = Shape::kPacked, .pointer = 1, .mask = 2, .value = 0};
    case llvm::Intrinsic::vp_load:
      return Roles{.shape = Shape::kContiguous, .pointer = 0, .mask = 1, .count = 2};
    case llvm::Intrinsic::vp_store:
      return Roles{.shape = Shape::kContiguous, .pointer = 1, .mask = 2, .value = 0, .count = 3};
    case llvm::Intrinsic::vp_gather:
      return Roles{.shape = Shape::kPointers, .pointer = 0, .mask = 1, .count = 2};
    case llvm::Intrinsic::vp_scatter:
      return Roles{.shape = Shape::kPointers, .pointer = 1, .mask = 2, .value = 0, .count = 3};
    case llvm::Intrinsic::experimental_vp_strided_load:
      return Roles{.shape = Shape::kStrided, .pointer = 0, .mask = 2, .operand = 1, .count = 3};
    case llvm::Intrinsic::experimental_vp_strided_store:
      return Roles{
          .shape = Shape::kStrided, .pointer = 1, .mask = 3, .value = 0, .operand = 2, .count = 4};
    case llvm::Intrinsic::x86_avx_maskload_ps:
    case llvm::Intrinsic::x86_avx_maskload_pd:
    case llvm::Intrinsic::x86_avx_maskload_ps_256:
    case llvm::Intrinsic::x86_avx_maskload_pd_256:
    case llvm::Intrinsic::x86_avx2_maskload_d:
    case llvm::Intrinsic::x86_avx2_maskload_q:
    case llvm::Intrinsic::x86_avx2_maskload_d_256:
    case llvm::Intrinsic::x86_avx2_maskload_q_256:
      return Roles{.shape = Shape::kContiguous, .pointer = 0, .mask = 1};
    case llvm::Intrinsic::x86_avx_maskstore_ps:
    case llvm::Intrinsic::x86_avx_maskstore_pd:
    case llvm::Intrinsic::x86_avx_maskstore_ps_256:
    case llvm::Intrinsic::x86_avx_maskstore_pd_256:
    case llvm::Intrinsic::x86_avx2_maskstore_d:
    case llvm::Intrinsic::x86_avx2_maskstore_q:
    case llvm::Intrinsic::x86_avx2_maskstore_d_256:
    case llvm::Intrinsic::x86_avx2_maskstore_q_256:
      return Roles{.shape = Shape::kContiguous, .pointer = 0, .mask = 1, .value = 2};
    case llvm::Intrinsic::x86_sse2_maskmov_dqu:
      return Roles{.shape = Shape::kContiguous, .pointer = 2, .mask = 1, .value = 0};
    default:
      return std::nullopt;
  }
}

// AVX2 gathers: (source, base, indices, mask, scale). With fewer indices than the result has lanes,
// or fewer lanes than indices, the smaller number counts.
bool IsAvx2Gather(ID id) {
  switch (id) {
    case llvm::Intrinsic::x86_avx2_gather_d_pd:
    case llvm::Intrinsic::x86_avx2_gather_d_pd_256:
    case llvm::Intrinsic::x86_avx2_gather_q_pd:
    case llvm::Intrinsic::x86_avx2_gather_q_pd_256:
    case llvm::Intrinsic::x86_avx2_gather_d_ps:
    case llvm::Intrinsic::x86_avx2_gather_d_ps_256:
    case llvm::Intrinsic::x86_avx2_gather_q_ps:
    case llvm::Intrinsic::x86_avx2_gather_q_ps_256:
    case llvm::Intrinsic::x86_avx2_gather_d_q:
    case llvm::Intrinsic::x86_avx2_gather_d_q_256:
    case llvm::Intrinsic::x86_avx2_gather_q_q:
    case llvm::Intrinsic::x86_avx2_gather_q_q_256:
    case llvm::Intrinsic::x86_avx2_gather_d_d:
    case llvm::Intrinsic::x86_avx2_gather_d_d_256:
    case llvm::Intrinsic::x86_avx2_gather_q_d:
    case llvm::Intrinsic::x86_avx2_gather_q_d_256:
      return true;
    default:
      return false;
  }
}

// AVX-512 gathers have the same arguments, scatters (base, mask, indices, value, scale); both mask
// by <n x i1>.
bool IsAvx512Gather(const llvm::Function& callee) {
  return callee.getName().starts_with("llvm.x86.avx512.mask.gather");
}
bool IsAvx512Scatter(const llvm::Function& callee) {
  return callee.getName().starts_with("llvm.x86.avx512.mask.scatter");
}

LaneAccess Indexed(llvm::CallBase& call, int pointer, int index, int mask, llvm::Type* type) {
  return {.inst = &call,
          .is_write = call.getType()->isVoidTy(),
          .shape = LaneShape::kIndexed,
          .pointer = call.getArgOperand(pointer),
          .operand = call.getArgOperand(index),
          .scale = llvm::cast<llvm::ConstantInt>(call.getArgOperand(4))->getZExtValue(),
          .mask = call.getArgOperand(mask),
          .type = llvm::cast<llvm::VectorType>(type),
          .align = llvm::Align(1)};
}

}  // namespace

std::optional<LaneAccess> DecodeLanes(llvm::CallBase& call) {
  const llvm::Function* callee = call.getCalledFunction();
  if (!callee || !callee->isIntrinsic()) return std::nullopt;
  const ID id = callee->getIntrinsicID();
  if (IsAvx2Gather(id) || IsAvx512Gather(*callee)) return Indexed(call, 1, 2, 3, call.getType());
  if (IsAvx512Scatter(*callee)) return Indexed(call, 0, 2, 1, call.getArgOperand(3)->getType());

  const std::optional<Roles> roles = RolesOf(id);
  if (!roles) return std::nullopt;
  auto argument = [&](int role) { return role < 0 ? nullptr : call.getArgOperand(role); };
  const llvm::Value* value = argument(roles->value);
  llvm::MaybeAlign align = call.getParamAlign(roles->pointer);
  if (roles->align >= 0) {
    align = llvm::cast<llvm::ConstantInt>(argument(roles->align))->getMaybeAlignValue();
  }
  return LaneAccess{
      .inst = &call,
      .is_write = value != nullptr,
      .shape = roles->shape,
      .pointer = argument(roles->pointer),
      .operand = argument(roles->operand),
      .mask = argument(roles->mask),
      .count = argument(roles->count),
      .type = llvm::cast<llvm::VectorType>(value ? value->getType() : call.getType()),
      .align = align.valueOrOne(),
  };
}

}  // namespace hbsan
