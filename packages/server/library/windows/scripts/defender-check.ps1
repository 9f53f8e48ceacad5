# Checks that Microsoft Defender is on and its signatures are fresh; fetches new ones first if asked to.
# Facts: defenderSignatureAgeDays, defenderEnabled (true or false).
# Exit codes: 0 on and fresh, 1 it is off, its signatures are too old, or could not be fetched; 2 a parameter is wrong;
# 3 there is no Microsoft Defender.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Publish-Fact([string] $Name, [string] $Value) {
    if ([string]::IsNullOrEmpty($env:PATCHBAY_FACTS)) { return }
    # This method writes UTF-8 without a byte order mark.
    [System.IO.File]::AppendAllText($env:PATCHBAY_FACTS, $Name + '=' + ($Value -replace '[\r\n]+', ' ') + "`n")
}

function Stop-Script([int] $Code, [string] $Message) {
    [Console]::Error.WriteLine($Message)
    exit $Code
}

function Read-Number([string] $Variable, [int] $Default, [int] $Least) {
    $text = [Environment]::GetEnvironmentVariable($Variable)
    if ([string]::IsNullOrEmpty($text)) { return $Default }
    $number = 0
    if (-not [int]::TryParse($text, [ref] $number) -or $number -lt $Least) {
        Stop-Script 2 "$Variable must be a number from $Least on, not '$text'"
    }
    return $number
}

$most = Read-Number 'PATCHBAY_MAX_AGE_DAYS' 3 0
if ($null -eq (Get-Command -Name 'Get-MpComputerStatus' -ErrorAction SilentlyContinue)) {
    Stop-Script 3 'there is no Microsoft Defender'
}
try {
    if ($env:PATCHBAY_UPDATE -eq 'true') { Update-MpSignature }
    $status = Get-MpComputerStatus
}
catch {
    Stop-Script 1 "Microsoft Defender: $($_.Exception.Message)"
}
$enabled = [bool] $status.AntivirusEnabled
Publish-Fact 'defenderEnabled' ($enabled.ToString().ToLowerInvariant())
Publish-Fact 'defenderSignatureAgeDays' "$($status.AntivirusSignatureAge)"
Write-Output "Signatures $($status.AntivirusSignatureVersion), $($status.AntivirusSignatureAge) days old."
if (-not $status.AntivirusEnabled) { Stop-Script 1 'Microsoft Defender is off' }
if ($status.AntivirusSignatureAge -gt $most) { Stop-Script 1 "the signatures are older than $most days" }
exit 0
